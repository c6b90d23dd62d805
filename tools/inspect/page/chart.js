/**
 * A chart of the last minutes.
 *
 * @module
 */

import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as echarts from "echarts/dist/echarts.esm.min.mjs";
import { clock } from "./format.js";
import { rem } from "./rem.js";

/**
 * A line.
 * @typedef {{
 *   name: string,
 *   color: string,
 *   values: readonly (number | null)[],
 *   area?: boolean,
 *   level?: number,
 * }} Line
 */
/**
 * @typedef {{
 *   title: string,
 *   times: readonly number[],
 *   lines: readonly Line[],
 *   format: (value: number) => string,
 *   dark: boolean,
 *   max?: number,
 *   base?: number,
 * }} ChartProps
 */

/** A gap in the past that is longer than this many milliseconds is not drawn over. */
const GAP_MS = 65_000;

/** The shortest span of time that is shown, in milliseconds. */
const SPAN_MS = 60_000;

/**
 * The chart. What it shows is also said in words to those who cannot see it.
 *
 * @param {ChartProps} props what it shows; a line's colour is the name of a custom property of the style sheet,
 * its `level` a horizontal line of that height; `base` is 2 for bytes
 * @returns {unknown} the chart
 */
export function Chart({ title, times, lines, format, dark, max, base = 10 }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const chart = useRef(/** @type {echarts.ECharts | undefined} */ (undefined));
  useLayoutEffect(() => {
    const { current } = place;
    if (current === null) return;
    const made = echarts.init(current, undefined, { renderer: "canvas" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);
  useLayoutEffect(() => {
    chart.current?.setOption(optionOf({ times, lines, format, max, base }), { notMerge: true });
  }, [times.length, times.at(-1), times[0], dark, lines.map(({ name }) => name).join()]);
  const now = lines.map(({ name, values }) => `${name} ${format(values.at(-1) ?? 0)}`).join(", ");
  return html`
    <figure class="chart">
      <figcaption>
        <span>${title}</span>
        ${lines.map(({ name, color, values }) =>
          html`
            <small
              key=${name}><i class="swatch" style=${{
                background: `var(${color})`,
              }}></i>${name} <b>${format(values.at(-1) ?? 0)}</b></small>
          `
        )}
      </figcaption>
      <div class="plot" ref=${place} role="img" aria-label=${`${title} over the last minutes; now: ${now}`}></div>
    </figure>
  `;
}

/**
 * How far apart the marks of the upright axis are: such that their labels are short.
 *
 * @param {readonly Line[]} lines what it must hold
 * @param {number | undefined} max its end, if it has one
 * @param {number} base 2 for bytes, else 10
 * @returns {{ max?: number, interval?: number, minInterval: number }} the marks
 */
function marks(lines, max, base) {
  if (max !== undefined) return { max, interval: max / 2, minInterval: 0 };
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  if (most === 0) return { max: 1, interval: 1, minInterval: 0 };
  if (base === 10) return { minInterval: 1 };
  const interval = 2 ** Math.ceil(Math.log2(most / 3));
  return { max: interval * Math.ceil(most * 1.05 / interval), interval, minInterval: 0 };
}

/** @typedef {Pick<ChartProps, "times" | "lines" | "format"> & { max: number | undefined, base: number }} Drawn */

/** @type {(chart: Drawn) => echarts.EChartsOption} */
function optionOf({ times, lines, format, max, base }) {
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const [text, rule] = [color("--quiet"), color("--rule")];
  const font = { color: text, fontSize: Math.round(rem() * 0.77), fontFamily: color("--sans") };
  const end = times.at(-1) ?? Date.now();
  return {
    animation: false,
    grid: { left: 4, right: 24, top: 8, bottom: 2, containLabel: true },
    xAxis: {
      type: "time",
      min: Math.min(times[0] ?? end, end - SPAN_MS),
      max: end,
      splitNumber: 4,
      axisLine: { lineStyle: { color: rule } },
      axisTick: { show: false },
      axisLabel: {
        ...font,
        hideOverlap: true,
        showMaxLabel: false,
        formatter: (/** @type {number} */ time) => clock(time),
      },
    },
    yAxis: {
      type: "value",
      min: 0,
      ...marks(lines, max, base),
      splitNumber: 3,
      splitLine: { lineStyle: { color: rule } },
      axisLabel: { ...font, formatter: format },
    },
    tooltip: {
      trigger: "axis",
      // Drawn, not written as HTML: the page allows no styles in markup.
      renderMode: "richText",
      confine: true,
      backgroundColor: color("--raised"),
      borderColor: rule,
      textStyle: {
        color: color("--text"),
        fontSize: Math.round(rem() * 0.85),
        fontFamily: color("--sans"),
      },
      axisPointer: { lineStyle: { color: text } },
      formatter: (shown) => {
        const points = Array.isArray(shown) ? shown : [shown];
        const [first] = points;
        const time = Array.isArray(first?.value) ? Number(first.value[0]) : 0;
        const said = points.map(({ seriesName, value }) =>
          `${seriesName}: ${
            Array.isArray(value) && typeof value[1] === "number" ? format(value[1]) : "–"
          }`
        );
        return [clock(time), ...said].join("\n");
      },
    },
    series: lines.map(({ name, color: property, values, area = false, level }) => ({
      type: "line",
      name,
      data: pointsOf(times, values),
      showSymbol: false,
      sampling: "lttb",
      lineStyle: { width: 1.5, color: color(property) },
      itemStyle: { color: color(property) },
      ...(area ? { areaStyle: { color: color(property), opacity: 0.14 } } : {}),
      ...(level === undefined ? {} : {
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: color(property), type: "dashed", width: 1, opacity: 0.7 },
          data: [{ yAxis: level }],
        },
      }),
    })),
  };
}

/** @type {(times: readonly number[], values: readonly (number | null)[]) => [number, number | null][]} */
function pointsOf(times, values) {
  /** @type {[number, number | null][]} */
  const points = [];
  times.forEach((time, at) => {
    const before = times[at - 1] ?? time;
    if (time - before > GAP_MS) points.push([before + 1, null]);
    points.push([time, values[at] ?? null]);
  });
  return points;
}
