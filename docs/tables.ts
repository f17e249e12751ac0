// Writes the tables of the README from the code: `npm run docs`. A test fails when they are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { authMachine } from '../machines/auth.machine.ts';
import { failures } from '../machines/failures.ts';
import { messages } from '../src/messages.ts';

const readme = new URL('../README.md', import.meta.url);

/** The states of the machine, and what leads out of each. */
export function stateTable(): string {
  const { states, root } = authMachine;
  const nodes = Object.values(states).map(({ key, description, ...node }) => ({
    name: `\`${key}\``,
    description,
    ...node,
  }));
  const rows = [...nodes, { ...root, name: 'any', description: '' }].map(
    ({ name, description, transitions, always = [] }) => {
      const ways = [...always, ...[...transitions.values()].flat()].flatMap(({ eventType, guard, target = [] }) => {
        const condition = typeof guard === 'object' && 'type' in guard ? ` [${guard.type}]` : '';
        return target.map((state) => `\`${eventName(eventType)}\`${condition} -> \`${state.key}\``);
      });
      return `| ${name} | ${description} | ${ways.join('<br>')} |`;
    },
  );
  return ['| state | meaning | leaves on |', '|---|---|---|', ...rows].join('\n');
}

/** The failures, and what follows from each. */
export function failureTable(): string {
  const rows = Object.entries(failures).map(([code, { actor, retryable, exitCode }]) => {
    const { problem, remedy } = messages[code as keyof typeof failures];
    return `| \`${code}\` | ${problem} | ${remedy} | ${actor} | ${retryable ? 'yes' : 'no'} | ${exitCode} |`;
  });
  return [
    '| code | what happened | what to do next | who can help | `retry` can | exit code |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The README with its tables made anew. */
export function render(text: string): string {
  const tables = { states: stateTable(), failures: failureTable() };
  return Object.entries(tables).reduce(
    (result, [name, table]) =>
      result.replace(
        new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, start: string, end: string) => `${start}\n${table}\n${end}`,
      ),
    text,
  );
}

function eventName(eventType: string): string {
  if (eventType === '') return 'at once';
  const [, outcome, service] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(eventType) ?? [];
  if (outcome) return `${service} ${outcome}`;
  const [, delay] = /^xstate\.after\.([^.]+)/.exec(eventType) ?? [];
  return delay ? `after ${delay}` : eventType;
}

if (import.meta.main) writeFileSync(readme, render(readFileSync(readme, 'utf8')));
