import type { AnyStateMachine } from 'xstate';
import { anyState, arrowsOf, initialOf } from './chart.ts';

/** The machine in Mermaid, which GitHub and others can draw. */
export function toMermaid(machine: AnyStateMachine): string {
  const arrows = arrowsOf(machine);
  const nameOf = (state: string) => (state === anyState ? 'anyState' : state);
  const lines = [
    ...initialOf(machine).map((state) => `[*] --> ${state}`),
    ...arrows.map(({ from, to, labels }) => `${nameOf(from)} --> ${to}: ${labels.join('<br>')}`),
    ...(arrows.some(({ from }) => from === anyState) ? [`state "${anyState}" as anyState`] : []),
  ];
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`), ''].join('\n');
}
