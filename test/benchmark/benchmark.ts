// Measures the cost of etna-auth, compared with the same work without it: `npm run benchmark` prints it, `npm run benchmark --
// docs/performance.json` also writes it as JSON. It takes about three minutes, on a machine that should be idle otherwise.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import { measureBundles } from './bundles.ts';
import { measureCommands } from './commands.ts';
import { measureImports } from './imports.ts';
import { measureLogins } from './login.ts';
import { measureMemory } from './memory.ts';
import { isMet, type Result } from './result.ts';
import { measureTypes } from './types.ts';

/** All measurements, and where and when they were made. */
export interface Benchmark {
  readonly version: string;
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** The load average of the last minute at the start. */
  readonly load: number;
  readonly results: readonly Result[];
}

const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
const [load = 0] = loadavg();
const results: Result[] = [];
for (const measure of [measureCommands, measureLogins, measureMemory, measureImports, measureBundles, measureTypes]) {
  for (const result of await measure()) {
    results.push(result);
    console.log(lineOf(result));
  }
}

const benchmark: Benchmark = {
  version: packageJson.version,
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  machine: `${availableParallelism()} × ${cpus()[0]?.model}, ${memory}, ${process.platform}`,
  load,
  results,
};
console.log(`\nNode ${benchmark.node}, ${benchmark.machine}, load ${load.toFixed(1)}`);
const [file] = process.argv.slice(2);
// Further digits are noise.
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
if (file) writeFileSync(file, `${JSON.stringify(benchmark, rounded, 2)}\n`);

function lineOf(result: Result): string {
  const { name, unit, value, reference, goal } = result;
  const verdict = isMet(result);
  return [
    name.padEnd(64),
    `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`.padStart(14),
    reference &&
      `${reference.ratio.toFixed(2)}x (${reference.spread.from.toFixed(2)}–${reference.spread.to.toFixed(2)}) of ${reference.name}`,
    verdict !== null && `goal ${goal}: ${verdict ? 'met' : 'missed'}`,
  ]
    .filter(Boolean)
    .join('  ');
}
