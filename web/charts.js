// Charts from plain data. The server writes what is to be shown as JSON; this file knows how it looks.
//
//   bridge  {kind, unit, bars: [{label, value, total?, href?}], format}         how one total became another
//   line    {kind, unit, x: [...], series: [{name, values: [...]}], hrefs?, format}
//   bars    as line, with stacked?: true
//   format  {locale, divisor?, suffix?, digits?}; null in values leaves a gap; hrefs goes with x.
import { BarChart, CustomChart, HeatmapChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, CustomChart, HeatmapChart, LineChart,
  AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

const SLOT = 60; // pixels a bar needs for its name; with less, a bridge lies down
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect"];
const mounted = new Map();

// The page's colours, resolved by the browser: a probe element turns each variable into rgb().
const palette = (element) => {
  const probe = element.appendChild(document.createElement("span"));
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    text: read("foreground"), quiet: read("muted-foreground"), line: read("border"), surface: read("popover"), paper: read("card"),
    up: read("chart-up"), down: read("chart-down"), total: read("chart-total"),
    series: [1, 2, 3, 4, 5].map((n) => read(`chart-${n}`)),
    font: getComputedStyle(element).fontFamily,
  };
  probe.remove();
  return colours;
};

// Numbers as the reader writes them: scaled, with unit, and a true minus.
const formatter = ({ locale = "ja-JP", divisor = 1, suffix = "", digits = 0 } = {}) => {
  const plain = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const signed = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero",
  });
  const tick = new Intl.NumberFormat(locale, { maximumFractionDigits: Math.max(digits, 2) });
  const written = (numbers, value) => numbers.format(value / divisor).replace("-", "−");
  return {
    short: (value) => written(plain, value),
    move: (value) => written(signed, value),
    tick: (value) => written(tick, value),
    full: (value) => (value === null || value === undefined ? "–" : written(plain, value) + suffix),
    fullMove: (value) => written(signed, value) + suffix,
  };
};

// A tooltip built of elements, so that no name from data is ever read as HTML.
const tooltip = (colours, title, rows) => {
  const box = document.createElement("div");
  box.appendChild(document.createElement("strong")).textContent = title;
  for (const [name, value] of rows) {
    const row = box.appendChild(document.createElement("div"));
    row.textContent = name ? `${name}  ${value}` : value;
    row.style.color = colours.quiet;
  }
  return box;
};

const common = (config, colours) => ({
  animationDuration: 250,
  textStyle: { fontFamily: colours.font },
  color: colours.series,
  aria: { enabled: true, label: { description: config.title ?? "" } },
});

const hint = (colours) => ({
  confine: true, backgroundColor: colours.surface, borderColor: colours.line, padding: [6, 10],
  textStyle: { color: colours.text, fontSize: 12, fontFamily: colours.font },
});

const axes = (colours, labels, number, scale = {}) => [
  {
    type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.quiet, fontSize: 12 },
  },
  {
    type: "value", splitNumber: 4, splitLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.quiet, fontSize: 12, formatter: number.tick, hideOverlap: true }, ...scale,
  },
];

// Where each bar of a bridge begins and ends.
const levels = (bars) => {
  let running = 0;
  return bars.map(({ value, total }, index) => {
    const start = total ? 0 : running;
    running = total ? value : running + value;
    return { start, end: running, index };
  });
};

// Moves that are small beside the totals need a cut axis; the totals' feet then show the cut.
const floorOf = (spans) => {
  const ends = spans.map(({ end }) => end);
  const low = Math.min(...ends);
  const reach = Math.max(...ends) - low;
  if (low <= 0 || low < reach * 1.5) return 0;
  const step = 10 ** Math.floor(Math.log10(reach || low));
  return Math.max(0, Math.floor((low - reach * 0.6) / step) * step);
};

const bridge = (config, colours, number, width) => {
  const room = (width - 56) / config.bars.length;
  const flat = room < SLOT;
  const spans = levels(config.bars);
  const floor = floorOf(spans);
  const colourOf = ({ value, total }) => (total ? colours.total : value < 0 ? colours.down : colours.up);

  const draw = (params, api) => {
    const index = params.dataIndex;
    const bar = config.bars[index];
    const { start, end } = spans[index];
    const at = (level) => api.coord(flat ? [level, index] : [index, level]);
    const band = Math.min(api.size([1, 1])[flat ? 1 : 0] * 0.62, 64);
    const [from, to] = [at(Math.max(start, floor)), at(end)];
    const along = flat ? 0 : 1; // the axis that carries the value
    const near = Math.min(from[along], to[along]);
    const length = Math.max(Math.abs(from[along] - to[along]), 1.5);
    const centre = from[1 - along];
    const place = (value, across, extent, depth) =>
      flat ? { x: value, y: across, width: extent, height: depth } : { x: across, y: value, width: depth, height: extent };
    const children = [{
      type: "rect", shape: { ...place(near, centre - band / 2, length, band), r: 2 }, style: { fill: colourOf(bar) },
      cursor: bar.href ? "pointer" : "default",
    }];
    if (bar.total && floor > 0) {
      const foot = flat ? near + 10 : near + length - 12;
      const slant = flat
        ? [[foot - 2, centre + band / 2 + 3], [foot + 4, centre - band / 2 - 3]]
        : [[centre - band / 2 - 3, foot + 3], [centre + band / 2 + 3, foot - 3]];
      children.push({ type: "polyline", silent: true, shape: { points: slant }, style: { stroke: colours.paper, lineWidth: 3, fill: "none" } });
    }
    if (index < config.bars.length - 1) {
      const level = to[along];
      const next = centre + api.size([1, 1])[flat ? 1 : 0] - band / 2;
      children.push({
        type: "line", silent: true, style: { stroke: colours.quiet, lineWidth: 1, lineDash: [2, 2] },
        shape: flat ? { x1: level, x2: level, y1: centre + band / 2, y2: next } : { x1: centre + band / 2, x2: next, y1: level, y2: level },
      });
    }
    children.push({
      type: "text", silent: true,
      style: {
        text: bar.total ? number.short(bar.value) : number.move(bar.value), fill: colours.text, fontFamily: colours.font, fontSize: 12,
        fontWeight: bar.total ? 600 : 400,
        ...(flat
          ? { x: near + length + 5, y: centre, align: "left", verticalAlign: "middle" }
          : { x: centre, y: near - 5, align: "center", verticalAlign: "bottom" }),
      },
    });
    return { type: "group", children };
  };

  const [category, value] = axes(colours, config.bars.map(({ label }) => label), number, { min: floor });
  category.axisLabel = {
    ...category.axisLabel, interval: 0, fontSize: flat ? 12 : 11, lineHeight: 15, overflow: "break", width: flat ? 96 : room - 2,
  };
  if (flat) category.inverse = true;
  const label = value.axisLabel;
  return {
    ...common(config, colours),
    grid: { left: 4, right: flat ? 52 : 8, top: flat ? 4 : 26, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: flat ? { ...value, axisLabel: { ...label, showMinLabel: true }, splitNumber: 2 } : category,
    yAxis: flat ? category : value,
    tooltip: {
      ...hint(colours), trigger: "item",
      formatter: ({ dataIndex }) => {
        const bar = config.bars[dataIndex];
        return tooltip(colours, bar.label, [["", bar.total ? number.full(bar.value) : number.fullMove(bar.value)]]);
      },
    },
    series: [{
      type: "custom", renderItem: draw, encode: flat ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
      data: spans.map(({ start, end, index }) => [index, Math.max(start, floor), end]),
    }],
  };
};

const overTime = (config, colours, number) => {
  const line = config.kind === "line";
  const [category, value] = axes(colours, config.x, number, { scale: line });
  category.boundaryGap = !line;
  category.axisLabel.hideOverlap = true;
  const several = config.series.length > 1;
  return {
    ...common(config, colours),
    grid: { left: 4, right: 16, top: several ? 36 : 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: category,
    yAxis: value,
    legend: { show: several, left: 0, top: 0, itemWidth: 14, itemHeight: 8, icon: line ? undefined : "rect", textStyle: { color: colours.text, fontSize: 12 } },
    tooltip: {
      ...hint(colours), trigger: "axis", axisPointer: { type: line ? "line" : "shadow", lineStyle: { color: colours.quiet } },
      formatter: (points) => tooltip(colours, points[0].name, points.map((point) => [point.seriesName, number.full(point.value)])),
    },
    series: config.series.map(({ name, values }, index) => ({
      name, data: values, type: line ? "line" : "bar", stack: config.stacked ? "all" : undefined,
      symbol: SYMBOLS[index % SYMBOLS.length], symbolSize: 7, showSymbol: values.length <= 24, lineStyle: { width: 2 }, barMaxWidth: 36,
      barGap: "10%", itemStyle: line ? {} : { borderRadius: config.stacked ? 0 : [2, 2, 0, 0] }, cursor: config.hrefs ? "pointer" : "default",
    })),
  };
};

const KINDS = { bridge, line: overTime, bars: overTime };

const paint = (element) => {
  const { chart, config } = mounted.get(element);
  const option = KINDS[config.kind](config, palette(element), formatter(config.format), element.clientWidth);
  chart.setOption(option, { notMerge: true });
};

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const held = mounted.get(target);
    if (!held || !target.clientWidth) continue;
    held.chart.resize();
    if (held.width !== target.clientWidth) {
      held.width = target.clientWidth;
      paint(target);
    }
  }
});

const mount = (element) => {
  const config = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const chart = echarts.init(element, null, { renderer: "svg" });
  config.title ??= element.closest("figure")?.querySelector("figcaption :is(h2, h3)")?.textContent.trim();
  mounted.set(element, { chart, config, width: element.clientWidth });
  paint(element);
  resized.observe(element);
  chart.on("click", ({ dataIndex }) => {
    const href = config.kind === "bridge" ? config.bars[dataIndex].href : config.hrefs?.[dataIndex];
    if (href) window.location.assign(href);
  });
};

/** Draws every [data-chart] under `root` that is not drawn yet, and lets go of those that left the page. */
export const mountCharts = (root) => {
  for (const [element, { chart }] of mounted) {
    if (element.isConnected) continue;
    resized.unobserve(element);
    chart.dispose();
    mounted.delete(element);
  }
  for (const element of root.querySelectorAll("[data-chart]")) if (!mounted.has(element)) mount(element);
};

/** Draws all again: the theme changed, or the paper is white. */
export const repaintCharts = () => {
  for (const element of mounted.keys()) paint(element);
};
