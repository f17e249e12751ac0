import { describe, expect, it } from 'vitest';
import { runCommand } from './command.ts';
import { openTerminal } from './terminal.ts';

describe.concurrent('the demo', () => {
  it('runs automatically without a terminal, and shows states, requests and the outcome', async () => {
    const { exitCode, stdout, stderr } = await runCommand([], {}, { program: 'demo' });
    expect([exitCode, stderr]).toEqual([0, '']);
    const story = stdout
      .replace(/:\d{5}\/api$/m, ':<port>/api')
      .replace(/\d+ ms/g, '<n> ms')
      .replace(/until .*\.$/m, 'until <time>.')
      .replace(/"expiresAt":"[^"]+"/, '"expiresAt":"<time>"');
    expect(story.split('\n')).toEqual([
      'server   an emulated ETNA Trader at http://127.0.0.1:<port>/api',
      'user     types at "Password"',
      'state    requestingToken',
      'request  POST /api/token password=••• username=alice -> 202 Expecting VerificationCode (<n> ms)',
      'state    awaitingCode',
      'user     types the code from the SMS to +1 202 555 0100, for VerificationCode',
      'state    verifyingCode',
      'request  POST /api/token password=••• username=alice verificationcode=••• authorization=interim token -> 200 Succeeded (<n> ms)',
      'state    authenticated',
      'outcome  Signed in as alice until <time>.',
      '{"state":"authenticated","username":"alice","expiresAt":"<time>"}',
      '',
    ]);
  });

  it('is interactive in a terminal: shows the SMS, accepts the code, and ends with the requests', async () => {
    await using terminal = openTerminal([], {}, { program: 'demo' });
    await terminal.waitForQuestion('Password');
    const [, password = ''] = /You are alice, password (\S+)$/m.exec(terminal.screen()) ?? [];
    await terminal.answer('Password', password);
    await terminal.waitForQuestion('Code');
    const [, code = ''] = /SMS to \+1 202 555 0100: your code is (\d{6})$/m.exec(terminal.screen()) ?? [];
    await terminal.answer('Code', code);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.screen()).toMatch(
      /POST \/api\/token password=••• username=alice -> 202 Expecting VerificationCode/,
    );
    expect(terminal.screen()).toMatch(/└ {2}Signed in as alice until .*\.$/);
    expect(terminal.isLeftInOrder()).toBe(true);
  });

  it('shows the new SMS after Enter, and ends with Ctrl-C', async () => {
    await using terminal = openTerminal([], {}, { program: 'demo' });
    await terminal.answer('Password', 'alice-demo');
    await terminal.answer('Code', '');
    await terminal.answer('Nothing was entered.', '');
    await terminal.waitForQuestion('Code');
    expect(terminal.screen().match(/your code is \d{6}$/gm)).toHaveLength(2);
    terminal.press('Ctrl-C');
    expect(await terminal.exitCode()).toBe(130);
    expect(terminal.isLeftInOrder()).toBe(true);
  });
});
