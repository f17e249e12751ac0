import elk from 'elkjs/lib/elk.bundled.js';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { AnyStateMachine } from 'xstate';
import { anyState, arrowsOf, initialOf, statesOf } from './chart.ts';
import { widthOf } from './fixed-text.ts';

/** Sizes of text, and the heights of their lines. */
export const large = { size: 14, line: 18 };
export const small = { size: 11, line: 15 };

/** The start of the machine. */
export const start = '[*]';

/** The services that run in a state. */
export const jobsOf = (machine: AnyStateMachine, state: string) =>
  machine.states[state]?.invoke.map(({ id }) => `do / ${id}`) ?? [];

/** Computes the layout of states, arrows and labels, without overlaps. */
export function layOut(machine: AnyStateMachine): Promise<ElkNode> {
  const arrows = arrowsOf(machine);
  const names = statesOf(machine).map(({ key }) => key);
  if (arrows.some(({ from }) => from === anyState)) names.push(anyState);
  const graph: ElkNode = {
    id: machine.id,
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.spacing.nodeNodeBetweenLayers': '24',
      'elk.layered.spacing.edgeNodeBetweenLayers': '12',
      'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
      'elk.spacing.nodeNode': '12',
      'elk.spacing.edgeNode': '10',
      'elk.spacing.edgeEdge': '10',
      'elk.padding': '[top=1,left=1,bottom=1,right=1]',
    },
    children: [
      { id: start, width: 12, height: 12 },
      ...names.map((id) => ({
        id,
        width: Math.max(widthOf(id, large.size), ...jobsOf(machine, id).map((job) => widthOf(job, small.size))) + 28,
        height: large.line + jobsOf(machine, id).length * small.line + 18,
      })),
    ],
    edges: [
      ...initialOf(machine).map((state) => ({ id: start, sources: [start], targets: [state] })),
      ...arrows.map(({ from, to, labels }) => ({
        id: `${from} ${to}`,
        sources: [from],
        targets: [to],
        labels: [
          {
            text: labels.join('\n'),
            width: Math.max(...labels.map((label) => widthOf(label, small.size))) + 14,
            height: labels.length * small.line + 6,
            layoutOptions: { 'elk.edgeLabels.inline': 'true' },
          },
        ],
      })),
    ],
  };
  return new elk.default().layout(graph);
}
