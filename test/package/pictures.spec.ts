import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { statesOf, waysOf } from '../../docs/chart.ts';
import { mainWay, toSvg } from '../../docs/diagram.ts';
import { pictureLogin } from '../../docs/login-picture.ts';
import { toMermaid } from '../../docs/mermaid.ts';
import { authMachine } from '../../machines/auth.machine.ts';
import { keeperMachine } from '../../machines/keeper.machine.ts';

const kept = (file: string) => readFileSync(resolve(import.meta.dirname, '../../docs', file), 'utf8');

/** The boxes of a picture: states and labels. */
const boxesIn = (svg: string) =>
  [...svg.matchAll(/<rect class="\w+[^"]*" x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"/g)].map((match) => {
    const [x = 0, y = 0, width = 0, height = 0] = match.slice(1).map(Number);
    return { left: x, top: y, right: x + width, bottom: y + height };
  });

describe.concurrent('the pictures', () => {
  it('are up to date: the machine (`npm run diagram` redraws it)', async () => {
    expect(await toSvg(authMachine)).toBe(kept('machine.svg'));
    expect(toMermaid(authMachine)).toBe(kept('machine.mmd'));
    expect(await toSvg(keeperMachine)).toBe(kept('keeper.svg'));
  });

  it('are up to date: the login (`npm run docs` redraws it)', async () => {
    expect(await pictureLogin()).toBe(kept('login.svg'));
  });
});

it('the picture of the login plays a wrong code and a correct one, and respects reduced motion', () => {
  const svg = kept('login.svg');
  const turns = [...svg.matchAll(/animation-name: line(\d+).*/g)].map(([line, turn]) => [Number(turn), line] as const);
  expect(turns.map(([turn]) => turn)).toEqual(turns.map(([turn]) => turn).toSorted((a, b) => a - b));
  const turnOf = (text: string) => turns.find(([, line]) => line.includes(text))?.[0] ?? Number.NaN;
  expect(turnOf('The code was not accepted')).toBeLessThan(turnOf('Signed in as alice'));
  expect(svg).toContain('@media (prefers-reduced-motion: reduce) { g g { animation: none } }');
});

describe('the picture of the machine', () => {
  it('shows each transition of each state, and of all states', () => {
    const svg = kept('machine.svg');
    for (const { event, guard } of [authMachine.root, ...statesOf(authMachine)].flatMap(waysOf)) {
      expect(svg).toContain(guard === null ? `>${event}<` : `>${event} [${guard}]<`);
    }
    expect(svg).toContain('>any state<');
  });

  it('emphasises the path of most logins', () => {
    expect(kept('machine.svg').match(/class="arrow main"/g)).toHaveLength(mainWay.length - 1);
    expect(kept('machine.svg').match(/class="way"/g)).toHaveLength(6);
  });

  it.each([
    ['machine.svg', 850],
    ['keeper.svg', 1_000],
  ])('has no overlapping boxes, and fits into a page: %s', (file, widest) => {
    const svg = kept(file);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const boxes = boxesIn(svg);
    expect(boxes.length).toBeGreaterThan(10);
    expect(Number(width)).toBeLessThan(widest);
    for (const box of boxes) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(Number(width));
      expect(box.bottom).toBeLessThanOrEqual(Number(height));
    }
    const overlapping = boxes.filter((a, index) =>
      boxes.slice(index + 1).some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    expect(overlapping).toEqual([]);
  });

  it('has no "any state" without a transition of all states', async () => {
    const machine = createMachine({ initial: 'off', states: { off: { on: { press: 'on' } }, on: {} } });
    expect(toMermaid(machine)).toBe('stateDiagram-v2\n  [*] --> off\n  off --> on: press\n');
    expect(await toSvg(machine)).not.toContain('any state');
  });
});
