/**
 * The ratios as a picture. Nothing else here knows the library that draws it.
 *
 * @module
 */

import {
  BarChart,
  type BarSeriesOption,
  CustomChart,
  type CustomSeriesOption,
} from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { figureOf } from "./figures.ts";
import type { Row } from "./rows.ts";

use([
  BarChart,
  CustomChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  SVGRenderer,
  TitleComponent,
]);

/** What stands below the title. */
export interface Caption {
  /** When it was measured. */
  readonly date: string;
  /** The version of DPDK. */
  readonly dpdk: string;
  /** What the figures are of; of DPDK from TypeScript as a whole unless given. */
  readonly title?: string;
}

const WIDTH = 1080;
const TOP = 124;
const BOTTOM = 64;
const LEFT = 268;
const RIGHT = 244;
/** Heights of a row, of a bar in it, and of what is between two bars. */
const BAND = 72;
const BAR = 20;
const GAP = 3;

const INK = "#1f2933";
const FAINT = "#66727f";
const GRID = "#e4e7eb";
const FONT = "Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

const RUNTIMES = [
  { runtime: "deno", label: "Deno", color: "#2b6cb0" },
  { runtime: "bun", label: "Bun", color: "#e79b55" },
] as const;
const TARGET = { label: "target", color: "#b42318" } as const;

const CATEGORIES = {
  type: "category",
  inverse: true,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: FAINT } },
} as const;

const LEFT_TEXT = {
  name: { color: INK, fontSize: 14, fontWeight: "bold", lineHeight: 20, align: "right" },
  c: { color: FAINT, fontSize: 12, lineHeight: 18, align: "right" },
} as const;

const LINE = { lineHeight: BAR + GAP, fontFamily: FONT } as const;
const RIGHT_TEXT = {
  share: { ...LINE, color: INK, fontSize: 13, fontWeight: "bold", width: 68, align: "left" },
  own: { ...LINE, color: FAINT, fontSize: 12, align: "left" },
} as const;

/** Speed as a share of C's, in percent: of times the inverse, so that more is better everywhere. */
function percent(name: string, ratio: number): number {
  return 100 * (figureOf(name).higher ? ratio : 1 / ratio);
}

/** A number of three digits at least. */
function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}

function rowOf(rows: readonly Row[], name: string, runtime: Row["runtime"]): Row | undefined {
  return rows.find((row) => row.name === name && row.runtime === runtime && row.ratio !== null);
}

function bars(rows: readonly Row[], names: readonly string[]): BarSeriesOption[] {
  return RUNTIMES.map(({ runtime, label, color }): BarSeriesOption => ({
    type: "bar",
    name: label,
    barWidth: BAR,
    barGap: `${100 * GAP / BAR}%`,
    itemStyle: { color, borderRadius: [0, 3, 3, 0] },
    data: names.map((name) => {
      const ratio = rowOf(rows, name, runtime)?.ratio;
      return ratio === undefined || ratio === null ? "-" : percent(name, ratio);
    }),
  }));
}

/** What stands right of the bars, a line beside each. */
function figures(rows: readonly Row[], names: readonly string[]): string[] {
  return names.map((name) =>
    RUNTIMES.map(({ runtime }) => {
      const row = rowOf(rows, name, runtime);
      if (row === undefined) return "{share|-}";
      const share = `${percent(name, row.ratio!).toFixed(1)} %`;
      return `{share|${share}}{own|${short(row.value)} ${row.unit}}`;
    }).join("\n")
  );
}

/** The line at 100 %. */
function reference(): BarSeriesOption {
  return {
    type: "bar",
    data: [],
    markLine: {
      silent: true,
      symbol: "none",
      data: [{ xAxis: 100 }],
      lineStyle: { color: INK, type: "solid", width: 1.5 },
      label: { formatter: "C", position: "start", color: INK, fontWeight: "bold", distance: 8 },
    },
  };
}

/** A stroke across both bars of each row that has a target. */
function targets(names: readonly string[]): CustomSeriesOption {
  const data = names.flatMap((name, i) => {
    const ratio = figureOf(name).target?.ratio;
    return ratio === undefined ? [] : [[percent(name, ratio), i]];
  });
  return {
    type: "custom",
    name: TARGET.label,
    z: 10,
    data,
    itemStyle: { color: TARGET.color },
    renderItem: (_, api) => {
      const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
      return {
        type: "line",
        shape: { x1: x, x2: x, y1: y - BAND * 0.4, y2: y + BAND * 0.4 },
        style: { stroke: TARGET.color, lineWidth: 2.5, lineDash: [5, 3] },
      };
    },
  };
}

/** A row's name, with what C does below it. */
function rowLabels(rows: readonly Row[], names: readonly string[]): string[] {
  return names.map((name) => {
    const { c, unit } = rows.find((row) => row.name === name)!;
    return `{name|${name.replace(/^packets: /, "")}}\n{c|C: ${short(c!)} ${unit}}`;
  });
}

/** What the engines allocate stands in words: there is nothing of C to compare it with. */
function heapWords(rows: readonly Row[]): string {
  const words = [...new Set(rows.filter(({ unit }) => unit === "bytes").map(({ name }) => name))]
    .map((name) => {
      const each = RUNTIMES.flatMap(({ runtime, label }) => {
        const row = rows.find((own) => own.name === name && own.runtime === runtime);
        return row === undefined ? [] : [`${label} ${Math.round(row.value)}`];
      });
      return `${name[0]!.toUpperCase()}${name.slice(1)}: ${each.join(", ")}`;
    });
  return words.length === 0 ? "" : `\n${words.join("; ")}`;
}

/**
 * Draws how fast Deno and Bun are, C being 100 %, with the targets.
 *
 * @returns SVG text
 * @throws {Error} when nothing was compared with C
 */
export function chart(
  rows: readonly Row[],
  { date, dpdk, title = "DPDK from TypeScript" }: Caption,
): string {
  const names = [...new Set(rows.filter(({ c }) => c !== null).map(({ name }) => name))];
  if (names.length === 0) throw new Error("Cannot draw the ratios: nothing was compared with C");
  const judged = names.some((name) => figureOf(name).target !== undefined);
  const height = TOP + names.length * BAND + BOTTOM;
  const picture = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  picture.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: FONT, color: INK },
    title: {
      left: 24,
      top: 18,
      text: `${title}, against C`,
      subtext: `Share of C's speed in the same run, more is better. ${date}, DPDK ${dpdk}` +
        heapWords(rows),
      itemGap: 8,
      textStyle: { color: INK, fontSize: 21, fontWeight: "bold" },
      subtextStyle: { color: FAINT, fontSize: 13, lineHeight: 19 },
    },
    legend: {
      right: 24,
      top: 22,
      itemGap: 18,
      textStyle: { color: INK, fontSize: 13 },
      data: [
        ...RUNTIMES.map(({ label }) => ({ name: label, icon: "roundRect" })),
        ...(judged ? [{ name: TARGET.label, icon: "path://M0,0h3v14h-3z" }] : []),
      ],
    },
    grid: { left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM },
    xAxis: {
      type: "value",
      name: "speed, % of C",
      nameLocation: "middle",
      nameGap: 38,
      nameTextStyle: { color: INK, fontSize: 13 },
      min: 0,
      max: ({ max }: { max: number }) => Math.ceil(Math.max(max, 100) * 1.05 / 20) * 20,
      interval: 20,
      axisLabel: { color: FAINT, formatter: "{value}" },
      splitLine: { lineStyle: { color: GRID } },
    },
    yAxis: [
      { ...CATEGORIES, data: rowLabels(rows, names), axisLabel: { margin: 14, rich: LEFT_TEXT } },
      {
        ...CATEGORIES,
        data: figures(rows, names),
        axisLine: { show: false },
        axisLabel: { margin: 16, align: "left", rich: RIGHT_TEXT },
      },
    ],
    series: [...bars(rows, names), targets(names), reference()],
  });
  const svg = picture.renderToSVGString();
  picture.dispose();
  return svg;
}
