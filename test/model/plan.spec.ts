import { expect, it } from 'vitest';
import { createAuthTestModel, type ModelPath } from '../../src/testing/index.ts';

/** What is done on the way, and what is to be seen at its end. */
function lineOf({ description, start, turns }: ModelPath): string {
  const { state, kind, attempt, problem, code } = turns.at(-1)?.state ?? start;
  const shown = [state, kind, attempt && `attempt ${attempt}`, problem, code].filter(Boolean).join(', ');
  return `${description || 'nothing'} -> ${shown}`;
}

it('the generated paths are those of plan.txt, which `npm run docs` updates', async () => {
  const model = createAuthTestModel();
  const shortest = model.getShortestPaths().map(lineOf).sort();
  const plan = [`${shortest.length} shortest paths, ${model.getSimplePaths().length} simple ones`, '', ...shortest, ''];
  await expect(plan.join('\n')).toMatchFileSnapshot('plan.txt');
});
