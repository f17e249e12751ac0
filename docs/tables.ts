// Writes the tables of the README and of the pages from the code: `npm run docs`. A test fails when they are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import type { AnyStateMachine } from 'xstate';
import { authMachine } from '../machines/auth.machine.ts';
import { failures } from '../machines/failures.ts';
import { keeperMachine } from '../machines/keeper.machine.ts';
import { messages } from '../src/messages.ts';
import { statesOf, waysOf } from './chart.ts';
import { performanceTable } from './performance.ts';

/** The pages with tables, relative to the root of the repository. */
export const pagesWithTables = [
  'README.md',
  'docs/start.md',
  'docs/program.md',
  'docs/sessions.md',
  'docs/performance.md',
];

/** The states of a machine, and their transitions. */
export function stateTable(machine: AnyStateMachine = authMachine): string {
  const rows = [...statesOf(machine), machine.root].flatMap((node) => {
    const ways = waysOf(node).map(({ event, service, guard, target }) => {
      const name = service === null ? event : `${service} ${event}`;
      return `\`${name}\`${guard === null ? '' : ` [${guard}]`} -> \`${target}\``;
    });
    if (!node.parent && ways.length === 0) return [];
    const [name, description] = node.parent ? [`\`${node.key}\``, node.description] : ['any', ''];
    return `| ${name} | ${description} | ${ways.join('<br>')} |`;
  });
  return ['| state | meaning | leaves on |', '|---|---|---|', ...rows].join('\n');
}

/** The most frequent failures. */
const frequent = ['invalid-credentials', 'invalid-code', 'too-many-attempts', 'network', 'session-expired'];

/** The failures, with remedies and exit codes. */
export function failureTable(codes = Object.keys(failures)): string {
  const known = Object.entries(failures).filter(([code]) => codes.includes(code));
  const rows = known.map(([code, { responsible, retryable, exitCode }]) => {
    const { problem, remedy } = messages[code as keyof typeof failures];
    return `| \`${code}\` | ${problem} | ${remedy} | ${responsible} | ${retryable ? 'yes' : 'no'} | ${exitCode} |`;
  });
  return [
    '| code | what happened | what to do next | who can help | `retry` can | exit code |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** A page with its tables updated. */
export function render(text: string): string {
  const tables = {
    states: stateTable(),
    'keeper-states': stateTable(keeperMachine),
    failures: failureTable(),
    'frequent-failures': failureTable(frequent),
    performance: performanceTable(),
  };
  return Object.entries(tables).reduce(
    (result, [name, table]) =>
      result.replace(
        new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, start: string, end: string) => `${start}\n${table}\n${end}`,
      ),
    text,
  );
}

if (import.meta.main) {
  for (const page of pagesWithTables) {
    const file = new URL(`../${page}`, import.meta.url);
    writeFileSync(file, render(readFileSync(file, 'utf8')));
  }
}
