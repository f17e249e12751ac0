import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEmulator } from '../../src/testing/index.ts';
import { readExamples, root } from './examples.ts';

const broker = 'https://pub-api-et-demo-prod.etnasoft.us/api';
const password = 'correct horse battery staple';

/** What an example cannot have in this test: a page, a phone, a keyring, a person to ask, an inspector, a screen, tests of its own. */
const beyond =
  /etna-auth\/(browser|native)|createKeyringStore|node:readline|@statelyai\/|AuthTestExecutor|@playwright\//;
const examples = readExamples().filter(({ language, code }) => language === 'ts' && !beyond.test(code));

const folder = resolve(root, '.cache/run-examples');
const home = mkdtempSync(join(tmpdir(), 'etna-auth-examples-'));
const { fetch } = globalThis;

let mailedAt = Number.NaN;

/** What the examples leave to their readers. */
const readersOwn = {
  readCodeFromMailbox: async () => '123456',
  watchMailbox: async () => '123456',
  nextMail: async ({ newerThan }: { newerThan: Date }) =>
    newerThan.getTime() <= mailedAt ? 'Your code is 123456.' : new Promise(() => {}),
  askUser: () => new Promise(() => {}),
  askInTheTerminal: () => new Promise(() => {}),
  readPassword: () => password,
  readFromVault: async (name: string) => (name === 'pin' ? '2468' : password),
  writeToVault: async () => {},
  promoteInVault: async () => {},
};

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(home, { recursive: true }));

describe('the examples', () => {
  it('are many', () => expect(examples.length).toBeGreaterThan(25));

  it.each(examples.map((example) => [example.name, example] as const))('run: %s', async (name, { code, output }) => {
    const printed: string[] = [];
    for (const level of ['log', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...values) => {
        if (level === 'log') printed.push(`${format(...values)}\n`);
      });
    }
    standInForBroker(code);
    for (const [own, stand] of Object.entries(readersOwn)) vi.stubGlobal(own, stand);
    // A program that calls every minute would outlive its test.
    vi.stubGlobal('setInterval', () => 0);

    const file = resolve(folder, `${name.replaceAll(/\W+/g, '-')}.ts`);
    writeFileSync(file, code);
    await import(/* @vite-ignore */ file);
    if (output !== null) expect(printed.join('')).toBe(output);
    expect(process.exitCode).toBeUndefined();
  });
});

/** An emulator in the broker's place, for the users and the codes that the examples have. */
function standInForBroker(code: string): void {
  const emulator = createEmulator({
    users: [
      {
        username: 'trader',
        password,
        // What the example has an answer to.
        twoFactor: /getCode|submitCode|code\.submit/.test(code) && 'sms',
        ...(code.includes("'pin'") && { pin: '2468' }),
      },
      { username: 'bot', password },
    ],
    createCode: () => '123456',
    onMessage: ({ sentAt }) => {
      mailedAt = sentAt;
    },
  });
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(broker)) return fetch(request);
    request.headers.set('Et-App-Key', emulator.appKey);
    if (request.headers.has('Password')) request.headers.set('Password', password);
    return emulator.fetch(request);
  });
  vi.stubEnv('ETNA_BASE_URL', broker);
  vi.stubEnv('ETNA_APP_KEY', 'key');
  vi.stubEnv('ETNA_USERNAME', 'trader');
  vi.stubEnv('ETNA_PASSWORD', password);
  vi.stubEnv('ETNA_AUTH_HOME', home);
}
