import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createServer } from 'vite';

const examples = resolve(import.meta.dirname, '../../docs/examples');

/** What a server sends of a screen, and what the rendering has left running there. */
export interface Rendered {
  readonly html: string;
  readonly started: readonly string[];
}

/** Renders the screen of a framework, by the example's own build. */
export async function renderOnServer(
  framework: string,
  broker: { baseUrl: string; appKey: string },
): Promise<Rendered> {
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
    const { render } = await vite.ssrLoadModule('/server');
    const before = process.getActiveResourcesInfo();
    const html: string = await render(createPageAuth(broker));
    let started = startedSince(before);
    // What others had under way, and the frameworks for a moment, is soon over.
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
