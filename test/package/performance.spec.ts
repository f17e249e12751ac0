import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { performanceTable, picturePerformance, readBenchmark } from '../../docs/performance.ts';
import { measureBundles } from '../benchmark/bundles.ts';
import { isMet } from '../benchmark/result.ts';

const kept = (file: string) => readFileSync(resolve(import.meta.dirname, '../../docs', file), 'utf8');
const { results } = readBenchmark();

it('the picture is of what was measured last (`npm run docs` redraws it), and has each bar within its frame, beside its label', () => {
  const svg = kept('performance.svg');
  expect(svg).toBe(picturePerformance());
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)?.map(Number) ?? [];
  const bars = [...svg.matchAll(/<rect class="\w+" x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"/g)].map((bar) =>
    bar.map(Number),
  );
  expect(bars).toHaveLength(results.filter(({ reference }) => reference).length);
  const labels = [...svg.matchAll(/<text x="10" .+? textLength="(.+?)"/g)]
    .map(([, length]) => Number(length))
    .slice(0, -1);
  for (const [, x = 0, y = 0, across = 0, down = 0] of bars) {
    expect(10 + Math.max(...labels)).toBeLessThan(x);
    expect(x + across).toBeLessThanOrEqual(width ?? 0);
    expect(y + down).toBeLessThanOrEqual(height ?? 0);
  }
});

it('the table has all that was measured', () => {
  for (const { name } of results) expect(performanceTable()).toContain(`| ${name} |`);
});

it('the page explains each goal that is missed, and none that is met', () => {
  const [, section = ''] = kept('performance.md').split('## What misses its goal, and why\n');
  const explained = section
    .split('\n- ')
    .flatMap((item) => [...(/^.*?`(?=:)/s.exec(item)?.[0] ?? '').matchAll(/`(.+?)`/g)].map(([, name]) => name));
  expect(explained.sort()).toEqual(
    results
      .filter((result) => isMet(result) === false)
      .map(({ name }) => name)
      .sort(),
  );
});

it('the sizes on the page are those of the package as it is now, to a tenth', async () => {
  for (const { name, value } of await measureBundles()) {
    const told = results.find((result) => result.name === name)?.value ?? 0;
    expect(Math.abs(value / told - 1), name).toBeLessThan(0.1);
  }
});
