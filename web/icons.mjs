// Gathers the Lucide icons we use into one sprite: <svg class="icon"><use href="…/icons.svg#users"/></svg>.
// Usage: node icons.mjs TARGET_DIRECTORY
import { readFileSync, writeFileSync } from "node:fs";

const ICONS = `
  activity angry arrow-down-up arrow-right arrow-up-down book-open briefcase building-2 calendar calendar-days chart-column
  check chevron-down chevron-left chevron-right chevron-up circle-check circle-help circle-x clipboard-check clock database download
  ellipsis external-link file-spreadsheet file-text filter flag frown git-branch graduation-cap handshake heart-pulse history house inbox info
  key-round keyboard languages laugh life-buoy link list-checks lock log-in log-out mail map-pin meh menu message-square monitor moon network notebook-pen octagon-alert pencil
  phone play plus presentation printer refresh-cw rotate-cw scale search settings shield-check smile sun tag trash-2 trending-down
  trending-up triangle-alert undo-2 upload user user-cog users video x
`.trim().split(/\s+/);

const STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
const target = process.argv[2];

const drawing = (name) => {
  const source = readFileSync(new URL(`node_modules/lucide-static/icons/${name}.svg`, import.meta.url), "utf8");
  return source.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").trim().replace(/\s*\n\s*/g, "");
};

const symbols = ICONS.map((name) => `<symbol id="${name}" viewBox="0 0 24 24" ${STROKE}>${drawing(name)}</symbol>`);
writeFileSync(`${target}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

// Two that the style sheet names itself; an outside file cannot see currentColor, so their grey suits both themes.
const lone = (name, colour) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" ${STROKE.replace("currentColor", colour)}>${drawing(name)}</svg>\n`;
writeFileSync(`${target}/select-arrow.svg`, lone("chevron-down", "#7b8a95"));
writeFileSync(`${target}/tick.svg`, lone("check", "#7b8a95"));
