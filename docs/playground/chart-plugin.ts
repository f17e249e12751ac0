import { authMachine } from '../../machines/auth.machine.ts';
import { anyState, arrowsOf, statesOf, waysOf } from '../chart.ts';
import { pathOf } from '../diagram.ts';
import { round } from '../fixed-text.ts';
import { jobsOf, layOut, start } from '../layout.ts';
import type { Box, Chart } from './chart-data.ts';

const name = 'virtual:chart';

/** Draws the machine at build time, so that the page does not have to load the layout engine. */
export const chart = () => ({
  name: 'chart',
  resolveId: (id: string) => (id === name ? `\0${name}` : null),
  load: async (id: string) => (id === `\0${name}` ? `export default ${JSON.stringify(await chartOf())}` : null),
});

async function chartOf(): Promise<Chart> {
  const { width = 0, height = 0, children = [], edges = [] } = await layOut(authMachine);
  const nodes = new Map(children.map((node) => [node.id, node]));
  const drawn = new Map(edges.map((edge) => [edge.id, edge]));
  const states = [...statesOf(authMachine), authMachine.root].map((node) => ({
    key: node.parent ? node.key : anyState,
    description: node.parent ? (node.description ?? '').replaceAll('`', '') : 'What can happen in every state.',
    isBusy: node.tags.includes('busy'),
    jobs: jobsOf(authMachine, node.key),
    box: boxOf(nodes.get(node.parent ? node.key : anyState)),
    ways: waysOf(node),
  }));
  const arrows = arrowsOf(authMachine).map(({ from, to, ways, labels }) => {
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
