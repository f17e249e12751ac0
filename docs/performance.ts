// The picture and the table of the benchmark: `npm run docs`, after `npm run benchmark -- docs/performance.json`.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Benchmark } from '../test/benchmark/benchmark.ts';
import { isMet, type Result } from '../test/benchmark/result.ts';
import { fixedFont, fixedText, round, widthOf } from './fixed-text.ts';

const file = new URL('performance.json', import.meta.url);

/** The last measurements. */
export const readBenchmark = (): Benchmark => JSON.parse(readFileSync(file, 'utf8'));

/** A value with a sensible number of digits. */
const readable = (value: number) => (Math.abs(value) < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));

const verdicts = new Map<boolean | null, string>([
  [true, 'met'],
  [false, 'missed'],
]);

/** All measurements as a table. */
export function performanceTable({ date, node, machine, load, results } = readBenchmark()): string {
  const rows = results.map((result) => {
    const { group, name, unit, value, reference, goal } = result;
    const ratio = reference ? `${reference.ratio.toFixed(2)}x of ${reference.name}` : '';
    const spread = reference ? `${reference.spread.from.toFixed(2)} to ${reference.spread.to.toFixed(2)}` : '';
    const verdict = verdicts.get(isMet(result));
    const aim = verdict ? `${goal}${reference ? 'x' : ` ${unit}`}: ${verdict}` : '';
    return `| ${group} | ${name} | ${readable(value)} ${unit} | ${ratio} | ${spread} | ${aim} |`;
  });
  return [
    '| | measured | median | compared with | quartiles | goal |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    `Measured on ${date} with Node ${node}, on ${machine}, at a load average of ${load.toFixed(1)}.`,
  ].join('\n');
}

type Compared = Result & Required<Pick<Result, 'reference'>>;

const isCompared = (result: Result): result is Compared => result.reference !== undefined;

const size = 12;
const row = 24;
const margin = { top: 34, right: 20, bottom: 30 };
const column = { name: 480, width: 360 };

/** The ratios as bars with their quartiles, for light and dark pages. */
export function picturePerformance({ results } = readBenchmark()): string {
  const compared = results.filter(isCompared);
  const widest = Math.max(2, ...compared.map(({ reference }) => Math.min(reference.spread.to, reference.ratio * 1.5)));
  const x = (ratio: number) => round(column.name + Math.min(ratio / widest, 1) * column.width);
  const [width, height] = [
    column.name + column.width + margin.right,
    compared.length * row + margin.top + margin.bottom,
  ];
  const bottom = height - margin.bottom;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>The cost of etna-auth, as a multiple of the same work without it</title>
<style>
svg { --text: #1f2328; --line: #59636e; --met: #1a7f37; --missed: #bc4c00; --plain: #0969da }
@media (prefers-color-scheme: dark) {
  svg { --text: #f0f6fc; --line: #9198a1; --met: #3fb950; --missed: #db6d28; --plain: #4493f8 }
}
text { font-family: ${fixedFont}; font-size: ${size}px; fill: var(--text) }
.met { fill: var(--met) }
.missed { fill: var(--missed) }
.plain { fill: var(--plain) }
.line { stroke: var(--line); fill: none }
.goal { stroke: var(--text); stroke-width: 2 }
</style>
${fixedText('1x: the same work without etna-auth', x(1) - widthOf('1x', size) / 2, margin.top - 14, size)}
<path class="line" stroke-dasharray="3 3" d="M${x(1)} ${margin.top - 8}V${bottom}"/>
${compared.map((result, index) => drawRow(result, margin.top + index * row, x)).join('\n')}
${fixedText('green: goal met, orange: goal missed, blue: no goal; | the goal, – the quartiles; logins/s: more is better', 10, height - 10, size)}
</svg>
`;
}

function drawRow(result: Compared, top: number, x: (ratio: number) => number): string {
  const { name, unit, reference, goal } = result;
  const { ratio, spread } = reference;
  const middle = top + row / 2;
  const kind = verdicts.get(isMet(result)) ?? 'plain';
  const label = unit === 'logins/s' ? `${name}, logins/s` : name;
  return [
    fixedText(label, 10, middle + size / 3, size),
    `<rect class="${kind}" x="${column.name}" y="${top + 5}" width="${round(x(ratio) - column.name)}" height="${row - 10}"/>`,
    `<path class="line" d="M${x(spread.from)} ${middle}H${x(spread.to)}"/>`,
    goal === undefined ? '' : `<path class="goal" d="M${x(goal)} ${top + 2}V${top + row - 2}"/>`,
  ].join('');
}

if (import.meta.main) writeFileSync(new URL('performance.svg', import.meta.url), picturePerformance());
