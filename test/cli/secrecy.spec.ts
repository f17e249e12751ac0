import { readdirSync, readFileSync } from 'node:fs';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answers, type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { runCommand, signingIn } from './command.ts';
import { openTerminal } from './terminal.ts';

/** What must show nowhere. The server is a chatty one, that repeats what it was sent. */
const canaries = {
  password: 'canary-password-5f1c',
  code: 'canary-code-82d0',
  pin: 'canary-pin-c93b',
  firstTicket: 'canary-ticket-17aa',
  secondTicket: 'canary-ticket-e4f6',
  session: 'canary-session-6b38',
};
const { password, code, pin, firstTicket, secondTicket, session } = canaries;

const echo = `got password ${password}, code ${code}, PIN ${pin}`;
const asksCode = answers.expecting('VerificationCode', `${password} is right, answer ${firstTicket}`, firstTicket);
const asksPin = answers.expecting('SecutityPin', `${code} is right, answer ${secondTicket}`, secondTicket);
const courses: [course: string, exitCode: number, ...script: ScriptedAnswer[]][] = [
  ['a success', 0, asksCode, asksPin, answers.succeeded(session)],
  ['a refused password', 3, answers.failed('BaseAuthentication', `Wrong password: ${password}`)],
  ['a broken reply', 5, asksCode, { body: `<b>${echo} ${session}</b>` }],
];

const isLinux = process.platform === 'linux';

function expectNoCanary(text: string) {
  for (const canary of Object.values(canaries)) expect(text).not.toContain(canary);
}

/** The command line of each process there is, as every user of the machine can read it. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return []; // It has ended meanwhile.
      }
    })
    .join('\n');
}

describe.concurrent('no secret appears', () => {
  it.each(courses)('in pipes, nor in the list of processes, after %s', async (_, exitCode, ...script) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    await writeFile(join(folder.path, 'VerificationCode'), `${code}\n`);
    await writeFile(join(folder.path, 'SecutityPin'), `${pin}\n`);
    await using emulator = await startEmulator();
    emulator.answerNext(...script);
    const command = 'cat /proc/[0-9]*/cmdline >> "$FOLDER/list" 2> /dev/null; cat "$FOLDER/$ETNA_CHALLENGE_STEP"';
    const variables = { ...signingIn(emulator, 'bob', password), FOLDER: folder.path };
    const run = await runCommand(['login', '--json', '--trace', '--code-command', command], variables);
    expect(run.exitCode).toBe(exitCode);
    expect(JSON.parse(run.stdout)).toHaveProperty('state');
    expectNoCanary(run.stdout + run.stderr);
    if (isLinux && script.includes(asksCode)) {
      const list = await readFile(join(folder.path, 'list'), 'utf8');
      expect(list).toContain(command);
      expectNoCanary(list);
    }
  });

  it.each(courses)('in a terminal, nor in the list of processes, after %s', async (_, exitCode, ...script) => {
    await using emulator = await startEmulator();
    emulator.answerNext(...script);
    const { ETNA_PASSWORD, ETNA_USERNAME, ...variables } = signingIn(emulator, 'watched', password);
    await using terminal = openTerminal(['login', '--trace', '--username', ETNA_USERNAME], variables);
    const replies = [['Password', ETNA_PASSWORD]];
    if (script.includes(asksCode)) replies.push(['Code', code]);
    if (script.includes(asksPin)) replies.push(['PIN', pin]);
    for (const [question = '', reply = ''] of replies) {
      await terminal.waitForQuestion(question);
      if (isLinux) {
        const list = commandLines();
        expect(list).toContain(`--username ${ETNA_USERNAME}`);
        expectNoCanary(list);
      }
      await terminal.answer(question, reply);
    }
    expect(await terminal.exitCode()).toBe(exitCode);
    expectNoCanary(terminal.everything());
  });
});
