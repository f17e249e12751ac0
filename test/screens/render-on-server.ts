import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createServer } from 'vite';
import type { Broker } from './executor.ts';

const examples = resolve(import.meta.dirname, '../../docs/examples');

/** What a server sends of a screen, and what the rendering has left running there. */
export interface Rendered {
  readonly html: string;
  readonly started: readonly string[];
}

/** Renders the screen of a framework in a process of its own, where no other test starts anything. */
export async function renderOnServer(framework: string, broker: Broker): Promise<Rendered> {
  const args = [import.meta.filename, framework, JSON.stringify(broker)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

/** Renders by the example's own build. */
async function render(framework: string, broker: Broker): Promise<Rendered> {
  const root = resolve(examples, framework);
  const vite = await createServer({
    root,
    configFile: resolve(root, 'vite.config.ts'),
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const { createPageAuth } = await vite.ssrLoadModule('../shared/page-auth.ts');
    const server = await vite.ssrLoadModule('/server');
    // Vite's own timers must not stand for one that is left.
    for (let times = 0; process.getActiveResourcesInfo().includes('Timeout') && times < 100; times += 1) {
      await setTimeout(20);
    }
    const before = process.getActiveResourcesInfo();
    const html: string = await server.render(createPageAuth(broker));
    let started = startedSince(before);
    // What a framework has under way for a moment ends soon.
    for (let times = 0; started.length > 0 && times < 50; times += 1) {
      await setTimeout(20);
      started = startedSince(before);
    }
    return { html, started };
  } finally {
    await vite.close();
  }
}

/** The kinds of timers, channels and the like that keep the process alive, and did not before. */
function startedSince(before: readonly string[]): string[] {
  const left = process.getActiveResourcesInfo();
  for (const kind of before) if (left.includes(kind)) left.splice(left.indexOf(kind), 1);
  return left;
}

if (import.meta.main) {
  const [framework = '', broker = ''] = process.argv.slice(2);
  const rendered = JSON.stringify(await render(framework, JSON.parse(broker)));
  // Whatever was left running is told, and must not keep it from ending.
  process.stdout.write(rendered, () => process.exit());
}
