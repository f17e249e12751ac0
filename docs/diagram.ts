// Draws the machines: `npm run diagram`. A test fails when the pictures are out of date.
import { writeFileSync } from 'node:fs';
import type { ElkExtendedEdge, ElkLabel, ElkNode, ElkPoint, ElkShape } from 'elkjs/lib/elk-api.js';
import type { AnyStateMachine } from 'xstate';
import { authMachine } from '../machines/auth.machine.ts';
import { keeperMachine } from '../machines/keeper.machine.ts';
import { fixedFont, fixedText, round, widthOf } from './fixed-text.ts';
import { jobsOf, large, layOut, small, start } from './layout.ts';
import { toMermaid } from './mermaid.ts';

/** The path of most logins, which is emphasised in the picture. */
export const mainWay: readonly string[] = [
  start,
  'idle',
  'requestingToken',
  'deciding',
  'awaitingCode',
  'verifyingCode',
  'deciding',
  'authenticated',
];

/** The transitions on it. */
const mainLabels = ['login', 'done', 'done [else]', 'at once [isChallenged]', 'code.submit', 'at once [isSucceeded]'];

const isMain = ({ sources: [from], targets: [to] }: ElkExtendedEdge) =>
  mainWay.some((state, index) => state === from && mainWay[index + 1] === to);

/** The machine as an SVG, for light pages and dark ones. */
export async function toSvg(machine: AnyStateMachine): Promise<string> {
  const { width = 0, height = 0, children = [], edges = [] } = await layOut(machine);
  const size = [width, height].map(Math.ceil);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(' ')}" role="img">
<title>The states of the machine "${machine.id}", and what leads from one to another</title>
<style>
svg { --text: #1f2328; --quiet: #59636e; --line: #9aa4af; --main: #0b5cad; --label: #f6f8fa; --state: #fff; --busy: #ddf4ff; --good: #dafbe1; --bad: #ffebe9 }
@media (prefers-color-scheme: dark) {
  svg { --text: #f0f6fc; --quiet: #9198a1; --line: #59636e; --main: #58a6ff; --label: #1c2128; --state: #0d1117; --busy: #0c2d6b; --good: #033a16; --bad: #5d0f12 }
}
text { font-family: ${fixedFont}; font-size: ${small.size}px; fill: var(--text) }
.name { font-size: ${large.size}px; font-weight: 600 }
.arrow { fill: none; stroke: var(--line) }
.tip { fill: var(--line) }
.arrow.main { stroke: var(--main); stroke-width: 2.5 }
.tip.main { fill: var(--main) }
.label { fill: var(--label) }
.quiet { fill: var(--quiet) }
.way { font-weight: 600 }
.state { fill: var(--state); stroke: var(--line) }
.busy { fill: var(--busy) }
.authenticated, .live { fill: var(--good) }
.failed, .refused { fill: var(--bad) }
.any { stroke-dasharray: 4 3 }
</style>
${[tip('tip', 'tip'), tip('main-tip', 'tip main')].join('\n')}
${[
  // The main way is drawn over the others.
  ...edges.filter((edge) => !isMain(edge)).map(arrow),
  ...edges.filter(isMain).map(arrow),
  ...children.map((node) =>
    node.id === start ? dot(node) : state(node, machine.states[node.id]?.tags ?? [], jobsOf(machine, node.id)),
  ),
  ...edges.flatMap((edge) => (edge.labels ?? []).map((shape) => label(shape, isMain(edge)))),
].join('\n')}
</svg>
`;
}

const tip = (id: string, kind: string) =>
  `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${kind}" d="M0 0 8 4 0 8z"/></marker>`;

const arrow = (edge: ElkExtendedEdge) =>
  isMain(edge)
    ? `<path class="arrow main" marker-end="url(#main-tip)" d="${pathOf(edge)}"/>`
    : `<path class="arrow" marker-end="url(#tip)" d="${pathOf(edge)}"/>`;

/** The line of an arrow, with round corners. */
export function pathOf({ sections = [] }: Pick<ElkExtendedEdge, 'sections'> = {}): string {
  const [section] = sections;
  if (!section) return '';
  const { startPoint, bendPoints = [], endPoint } = section;
  const points = [startPoint, ...bendPoints, endPoint];
  const bends = bendPoints.map((bend, index) => {
    const [before = bend, after = bend] = [points[index], points[index + 2]];
    return `L${at(towards(bend, before))}Q${at(bend)} ${at(towards(bend, after))}`;
  });
  return `M${at(startPoint)}${bends.join('')}L${at(endPoint)}`;
}

const at = ({ x, y }: ElkPoint) => `${round(x)} ${round(y)}`;

/** A point near a corner, towards another one, to round the corner. */
function towards(from: ElkPoint, to: ElkPoint): ElkPoint {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const share = Math.min(6, distance / 2) / (distance || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const box = (kind: string, { x = 0, y = 0, width = 0, height = 0 }: ElkShape) =>
  `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="6"/>`;

const line = (text: string, x: number, y: number, { size }: typeof large) =>
  fixedText(text, x, y, size, size === large.size ? ' class="name"' : '');

function state(node: ElkNode, tags: readonly string[], jobs: readonly string[]): string {
  const { id, x = 0, y = 0, width = 0 } = node;
  const middle = (text: string, face: typeof large) => x + (width - widthOf(text, face.size)) / 2;
  return [
    box(['state', id.replace(/ .*/, ''), ...tags].join(' '), node),
    line(id, middle(id, large), y + 9 + large.size, large),
    ...jobs.map((job, index) =>
      line(job, middle(job, small), y + 10 + large.line + small.size + index * small.line, small),
    ),
  ].join('');
}

function label(shape: ElkLabel, isOnMainWay: boolean): string {
  const { text = '', x = 0, y = 0 } = shape;
  const lines = text.split('\n').map((part, index) => {
    const kind = isOnMainWay && mainLabels.includes(part) ? 'way' : 'quiet';
    return fixedText(part, x + 7, y + 3 + small.size + index * small.line, small.size, ` class="${kind}"`);
  });
  return [box('label', shape), ...lines].join('');
}

const dot = ({ x = 0, y = 0 }: ElkNode) => `<circle class="tip" cx="${round(x + 6)}" cy="${round(y + 6)}" r="6"/>`;

if (import.meta.main) {
  writeFileSync(new URL('machine.svg', import.meta.url), await toSvg(authMachine));
  writeFileSync(new URL('machine.mmd', import.meta.url), toMermaid(authMachine));
  writeFileSync(new URL('keeper.svg', import.meta.url), await toSvg(keeperMachine));
}
