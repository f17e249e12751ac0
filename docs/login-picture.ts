// Draws a login with the real command, in a terminal, with the emulator: `npm run build && node docs/login-picture.ts`.
import { writeFileSync } from 'node:fs';
import { startEmulator } from '../src/testing/index.ts';
import { pointingTo } from '../test/cli/command.ts';
import { openTerminal, type Run } from '../test/cli/terminal.ts';
import { fixedFont, fixedText } from './fixed-text.ts';

const columns = 70;
const cell = { width: 8.4, height: 19, size: 14 };
const margin = { top: 44, side: 20, bottom: 18 };
/** The colours of the command, by their number in a terminal's palette. */
const palette = new Map([
  [1, '#ff7b72'],
  [2, '#3fb950'],
  [3, '#d29922'],
  [4, '#58a6ff'],
  [6, '#39c5cf'],
  [8, '#8b949e'],
]);

/** A user signs in on a fixed day, and first mistypes the code. */
export async function pictureLogin(): Promise<string> {
  await using emulator = await startEmulator();
  const clock = `const ahead = Date.parse('2026-03-02T09:30:00Z') - Date.now(), { now } = Date; Date.now = () => now() + ahead`;
  const variables = {
    ...pointingTo(emulator),
    ETNA_AUTH_HOME: '/nowhere',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}`,
    TZ: 'UTC',
  };
  await using terminal = openTerminal(['login'], variables, { columns });
  await terminal.answer('User name', 'alice');
  await terminal.answer('Password', 'alice-demo');
  await terminal.answer('Code', 'mistyped');
  await terminal.answer('Code', emulator.inbox('alice').at(-1)?.code ?? '');
  await terminal.exitCode();
  return draw([[{ text: '$ npx etna-auth login', colour: null, dim: false }], ...terminal.lines()]);
}

/** Seconds from one line to the next, and from the last line to the next start. */
const pace = 0.8;
const rest = 6;

function draw(lines: Run[][]): string {
  const turns = turnsOf(lines);
  const length = pace * Math.max(...turns) + rest;
  const frames = [...new Set(turns)].filter(Boolean).map((turn) => {
    const share = ((100 * pace * turn) / length).toFixed(1);
    return `@keyframes line${turn} { 0% { opacity: 0 } ${share}%, 100% { opacity: 1 } }`;
  });
  const width = Math.ceil(columns * cell.width + 2 * margin.side);
  const height = lines.length * cell.height + margin.top + margin.bottom;
  const buttons = [1, 3, 2]
    .map((colour) => palette.get(colour))
    .map((colour, index) => `<circle cx="${margin.side + 6 + index * 20}" cy="20" r="6" fill="${colour}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A login by the command, in a terminal</title>
<style>
text { font: ${cell.size}px ${fixedFont} }
g g { animation: ${length.toFixed(1)}s step-end infinite }
${frames.join('\n')}
@media (prefers-reduced-motion: reduce) { g g { animation: none } }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#3d444d"/>
${buttons.join('')}
<g fill="#e6edf3">
${lines.map((runs, row) => drawLine(runs, row, turns[row] ?? 0)).join('\n')}
</g>
</svg>
`;
}

/** When each line is shown. The bar before a line comes with it. */
function turnsOf(lines: Run[][]): number[] {
  let turn = 0;
  return lines.map((runs) => {
    const hasText = runs.some(({ text }) => /[^\s│]/.test(text));
    return hasText ? turn++ : turn;
  });
}

function drawLine(runs: Run[], row: number, turn: number): string {
  const y = margin.top + (row + 0.75) * cell.height;
  let column = 0;
  const texts = runs.map(({ text, colour, dim }) => {
    const indent = text.length - text.trimStart().length;
    const x = margin.side + (column + indent) * cell.width;
    column += text.length;
    const look = `${colour === null ? '' : ` fill="${palette.get(colour)}"`}${dim ? ' opacity="0.6"' : ''}`;
    return text.trim() && fixedText(text.trim(), x, y, cell.size, look);
  });
  return `<g style="animation-name: line${turn}">${texts.join('')}</g>`;
}

if (import.meta.main) writeFileSync(new URL('login.svg', import.meta.url), await pictureLogin());
