import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const folder = new URL('../../src/testing/', import.meta.url);
const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));

it.each(files)('%s can be imported by a page: no static import of Node, no global of it', async (file) => {
  const source = await readFile(new URL(file, folder), 'utf8');
  expect(source).not.toMatch(/^(?:import|export) (?!type ).*from '(?:node:|@hono\/node-server)/m);
  expect(source).not.toMatch(/\b(?:process|Buffer|require)\b[.(]/);
});
