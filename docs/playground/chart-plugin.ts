import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { keeperMachine } from '../../machines/keeper.machine.ts';
import { anyState, arrowsOf, statesOf, waysOf } from '../chart.ts';
import { pathOf } from '../diagram.ts';
import { round } from '../fixed-text.ts';
import { jobsOf, layOut, start } from '../layout.ts';
import type { Box, Chart } from './chart-data.ts';

const name = 'virtual:charts';

/** Draws the machines at build time, so that the page does not have to load the layout engine. */
export const charts = () => ({
  name: 'charts',
  resolveId: (id: string) => (id === name ? `\0${name}` : null),
  async load(id: string) {
    if (id !== `\0${name}`) return null;
    const [login, keeper] = [await chartOf(authMachine), await chartOf(keeperMachine)];
    return `export default ${JSON.stringify({ login, keeper })}`;
  },
});

async function chartOf(machine: AnyStateMachine): Promise<Chart> {
  const { width = 0, height = 0, children = [], edges = [] } = await layOut(machine);
  const nodes = new Map(children.map((node) => [node.id, node]));
  const drawn = new Map(edges.map((edge) => [edge.id, edge]));
  const keyOf = (node: AnyStateNode) => (node.parent ? node.key : anyState);
  // The keeper has no transition that leaves all states.
  const drawnStates = [...statesOf(machine), machine.root].filter((node) => nodes.has(keyOf(node)));
  const states = drawnStates.map((node) => ({
    key: keyOf(node),
    description: node.parent ? (node.description ?? '').replaceAll('`', '') : 'What can happen in every state.',
    isBusy: node.tags.includes('busy'),
    jobs: jobsOf(machine, node.key),
    box: boxOf(nodes.get(keyOf(node))),
    ways: waysOf(node),
  }));
  const arrows = arrowsOf(machine).map(({ from, to, ways, labels }) => {
    const edge = drawn.get(`${from} ${to}`);
    return {
      from,
      to,
      path: pathOf(edge),
      box: boxOf(edge?.labels?.[0]),
      // "else" exists only in the drawing.
      labels: ways.map(({ eventType, guard }, index) => ({
        eventType,
        guard: guard === 'else' ? null : guard,
        text: labels[index] ?? '',
      })),
    };
  });
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    states,
    arrows,
    start: { box: boxOf(nodes.get(start)), path: pathOf(drawn.get(start)) },
  };
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box> = {}): Box {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}
