import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { chromiumArguments, chromium as executablePath } from '../browser/chromium.ts';
import { install, programOf } from './install.ts';

/** What the suite found. */
interface Result {
  readonly passed: number;
  readonly failed: readonly string[];
}

/** A host, with what it needs to run the suite. */
export interface Host {
  readonly name: string;
  readonly version: string;
  /** Runs the suite, as a program of packages or in one file, against the emulator at an address. */
  run(
    suite: { readonly program: string; readonly script: string; readonly worker: string },
    baseUrl: string,
  ): Promise<Result>;
}

const run = (program: string, args: readonly string[]) => promisify(execFile)(program, args, { timeout: 60_000 });

const node = (version: string): Host => ({
  name: 'Node',
  version,
  async run({ program }, baseUrl) {
    const folder = install(`node-${version}`, [`node-linux-${process.arch}@${version}`]);
    const { stdout } = await run(programOf(folder, 'node-linux-*/bin/node'), [program, baseUrl]);
    return JSON.parse(stdout);
  },
});

const bun: Host = {
  name: 'Bun',
  version: '1.4.5',
  async run({ program }, baseUrl) {
    const folder = install('bun', [`bun@${this.version}`]);
    const { stdout } = await run(programOf(folder, '@oven/bun-linux-*[4x]/bin/bun'), ['run', program, baseUrl]);
    return JSON.parse(stdout);
  },
};

const deno: Host = {
  name: 'Deno',
  version: '2.9.6',
  async run({ program }, baseUrl) {
    const folder = install('deno', [`deno@${this.version}`]);
    const flags = ['run', '--quiet', '--allow-all', '--no-remote', '--node-modules-dir=manual'];
    const { stdout } = await run(programOf(folder, '@deno/linux-*/deno'), [...flags, program, baseUrl]);
    return JSON.parse(stdout);
  },
};

const workerd: Host = {
  name: 'workerd (Cloudflare Workers)',
  version: '1.20261117.1',
  async run({ worker }, baseUrl) {
    const folder = install('workerd', [`workerd@${this.version}`]);
    const port = await freePort();
    writeFileSync(
      join(folder, 'config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
       const config :Workerd.Config = (
         services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["public", "private", "local"]))],
         sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
       const main :Workerd.Worker = (
         modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2026-01-01");`,
    );
    writeFileSync(join(folder, 'worker.js'), readFileSync(worker));
    const server = spawn(programOf(folder, '@cloudflare/workerd-linux-*/bin/workerd'), ['serve', 'config.capnp'], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    try {
      for (let tries = 0; ; tries += 1) {
        const response = await fetch(`http://127.0.0.1:${port}/?${new URLSearchParams({ baseUrl })}`).catch(() => null);
        if (response?.ok) return (await response.json()) as Result;
        if (tries === 50) throw new Error('workerd does not answer');
        await new Promise((done) => setTimeout(done, 100));
      }
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  },
};

const edge: Host = {
  name: 'Edge Runtime (Vercel)',
  version: '5.0.0',
  async run({ script }, baseUrl) {
    const folder = install('edge', [`@edge-runtime/vm@${this.version}`]);
    const { EdgeVM } = createRequire(join(folder, 'package.json'))('@edge-runtime/vm');
    const machine = new EdgeVM();
    machine.evaluate(readFileSync(script, 'utf8'));
    return JSON.parse(await machine.evaluate(`runSuite(${JSON.stringify(baseUrl)}).then(JSON.stringify)`));
  },
};

const page: Host = {
  name: 'Chromium',
  version: 'of Debian',
  async run({ script }, baseUrl) {
    const browser = await chromium.launch({ executablePath, args: chromiumArguments });
    // An origin of its own, so that each request crosses origins.
    const server = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html>'),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${portOf(server)}/`);
      await page.addScriptTag({ path: script });
      return await page.evaluate((address) => (globalThis as unknown as Suite).runSuite(address), baseUrl);
    } finally {
      await browser.close();
      server.close();
    }
  },
};

/** What jsdom leaves to its user. */
const ofNode = ['fetch', 'Request', 'Response', 'Headers', 'AbortController', 'AbortSignal', 'ReadableStream'].concat([
  'TransformStream',
  'TextEncoder',
  'TextDecoder',
  'Uint8Array',
]);

const jsdom: Host = {
  name: 'jsdom with the fetch of Node',
  version: '31.0.1',
  async run({ script }, baseUrl) {
    const folder = install('jsdom', [`jsdom@${this.version}`]);
    const { JSDOM } = createRequire(join(folder, 'package.json'))('jsdom');
    const { window } = new JSDOM('', { url: 'http://app.test/', runScripts: 'outside-only' });
    for (const name of ofNode) window[name] = Reflect.get(globalThis, name);
    window.eval(readFileSync(script, 'utf8'));
    const result = await window.runSuite(baseUrl);
    window.close();
    return result;
  },
};

interface Suite {
  runSuite(baseUrl: string): Promise<Result>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

export const hosts: readonly Host[] = [
  node('22.12.0'),
  node('22.23.1'),
  node('24.21.0'),
  node('26.10.0'),
  bun,
  deno,
  workerd,
  edge,
  page,
  jsdom,
];
