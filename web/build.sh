#!/bin/sh
# Builds the committed front end from web/ into src/banso/project/static/ and tests/journeys/vendor/.
# Only people who change the look or the charts need Node; the results are in the repository.
set -eu
cd "$(dirname "$0")"

if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-progress
    touch node_modules/.package-lock.json
fi

static=../src/banso/project/static
own=$static/banso
vendor=$static/vendor
axe=../tests/journeys/vendor
mkdir -p "$own" "$vendor/basecoat" "$vendor/echarts" "$vendor/lucide" "$vendor/tailwind" "$axe"

node_modules/.bin/tailwindcss --input app.css --output "$own/app.css" --minify --silent
node_modules/.bin/esbuild charts.js --bundle --minify --format=esm --target=es2022 --charset=utf8 \
    --legal-comments=none --log-level=warning --banner:js='/*! Apache ECharts (Apache-2.0), zrender (BSD-3-Clause), tslib (0BSD): see vendor/echarts. */' \
    --outfile="$own/charts.js"
cp app.js logo.svg favicon.svg "$own/"
node icons.mjs "$vendor/lucide"

cp node_modules/basecoat-css/LICENSE.md "$vendor/basecoat/LICENSE"
cp node_modules/tailwindcss/LICENSE "$vendor/tailwind/LICENSE"
cp node_modules/lucide-static/LICENSE "$vendor/lucide/LICENSE"
cp node_modules/echarts/LICENSE node_modules/echarts/NOTICE "$vendor/echarts/"
cp node_modules/echarts/licenses/LICENSE-d3 "$vendor/echarts/LICENSE-d3"
cp node_modules/zrender/LICENSE "$vendor/echarts/LICENSE-zrender"
cp node_modules/tslib/LICENSE.txt "$vendor/echarts/LICENSE-tslib"
cp node_modules/axe-core/axe.min.js "$axe/axe.min.js"
cp node_modules/axe-core/LICENSE "$axe/LICENSE"
chmod 644 "$own"/* "$vendor"/*/* "$axe/axe.min.js" "$axe/LICENSE"
