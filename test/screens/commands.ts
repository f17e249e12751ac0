import { setTimeout } from 'node:timers/promises';
import type { BrowserCommand } from 'vitest/node';
import { type RunningEmulator, type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { type Rendered, renderOnServer } from './render-on-server.ts';

interface Running {
  readonly emulator: RunningEmulator;
  script: ScriptedAnswer[];
}

// By their addresses: tests in several pages run side by side.
const running = new Map<string, Running>();

const at = (baseUrl: string): Running => {
  const found = running.get(baseUrl);
  if (!found) throw new Error(`There is no emulator at ${baseUrl}.`);
  return found;
};

declare module 'vitest/browser' {
  interface BrowserCommands {
    startEmulator(): Promise<{ baseUrl: string; appKey: string }>;
    stopEmulator(baseUrl: string): Promise<void>;
    scriptAnswers(baseUrl: string, script: ScriptedAnswer[]): Promise<void>;
    countRequests(baseUrl: string): Promise<number>;
    nextCode(baseUrl: string, username: string): Promise<string>;
    renderOnServer(framework: string, broker: { baseUrl: string; appKey: string }): Promise<Rendered>;
    prefer(colorScheme: 'light' | 'dark'): Promise<void>;
    clickTwice(button: string): Promise<void>;
  }
}

type Commands = Record<string, BrowserCommand<never[]>>;

/** What pages cannot do by themselves: run an emulator that listens, and tell it what to answer. */
export const commands = {
  async startEmulator() {
    const emulator = await startEmulator({ loginsPerMinute: false });
    const entry: Running = { emulator, script: [] };
    running.set(emulator.baseUrl, entry);
    const fromScript: ScriptedAnswer = {
      // Looked up when a request comes, so that what one test leaves is not answered in the next one.
      get later() {
        emulator.answerNext(fromScript);
        return Promise.resolve<ScriptedAnswer>(entry.script.shift() ?? { asUsual: true });
      },
    };
    emulator.answerNext(fromScript);
    return { baseUrl: emulator.baseUrl, appKey: emulator.appKey };
  },
  async stopEmulator(_, baseUrl: string) {
    await at(baseUrl).emulator.close();
    running.delete(baseUrl);
  },
  /** The answers to the requests to come; the ones after them are as usual. */
  scriptAnswers(_, baseUrl: string, script: ScriptedAnswer[]) {
    at(baseUrl).script = script;
  },
  /** How many there were so far, but for logouts, which nobody waits for. */
  countRequests: (_, baseUrl: string) =>
    at(baseUrl).emulator.requests.filter(({ path }) => !path.endsWith('/logout')).length,
  renderOnServer: (_, framework: string, broker: { baseUrl: string; appKey: string }) =>
    renderOnServer(framework, broker),
  prefer: (context, colorScheme: 'light' | 'dark') => context.page.emulateMedia({ colorScheme }),
  /** As impatient hands click: twice in the same place, whatever stands there the second time. */
  async clickTwice(context, name: string) {
    const frame = await context.frame();
    const box = await frame.getByRole('button', { name, exact: true }).boundingBox();
    if (!box) throw new Error(`There is no button "${name}".`);
    // Near its lower edge, where the next state has another button.
    const [x, y] = [box.x + box.width / 2, box.y + box.height - 4];
    await context.page.mouse.click(x, y);
    await setTimeout(120);
    await context.page.mouse.click(x, y);
  },
  nextCode: async (_, baseUrl: string, username: string) => (await at(baseUrl).emulator.nextMessage(username)).code,
} satisfies Commands;
