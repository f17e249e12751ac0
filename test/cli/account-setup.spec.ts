import { describe, expect, it, vi } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { signingIn } from './command.ts';
import { openTerminal } from './terminal.ts';

describe.concurrent('in a terminal', () => {
  it('an expired password is replaced, and never shown', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login'], signingIn(emulator, 'erin'));
    await terminal.waitForScreen('Your password has expired. Choose a new one.');
    await terminal.answer('New password', 'a new secret');
    await terminal.answer('Repeat it', 'another secret');
    await terminal.waitForScreen('The entries do not match.');
    await terminal.answer('New password', 'short');
    await terminal.answer('Repeat it', 'short');
    await terminal.waitForScreen('The new password was not accepted.');
    await terminal.answer('New password', 'a new secret');
    await terminal.answer('Repeat it', 'a new secret');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.screen()).toContain('(The password must have at least 8 characters.)');
    for (const secret of ['a new secret', 'another secret', 'erin-demo']) {
      expect(terminal.everything()).not.toContain(secret);
    }
    expect(emulator.users.find(({ username }) => username === 'erin')?.password).toBe('a new secret');
  });

  it('after cancelling, the user learns that the new password may be in effect', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login'], signingIn(emulator, 'erin'));
    await terminal.waitForScreen('Your password has expired. Choose a new one.');
    emulator.answerNext({ silent: true });
    await terminal.answer('New password', 'a new secret');
    await terminal.answer('Repeat it', 'a new secret');
    await vi.waitFor(() => expect(emulator.requests.at(-1)?.method).toBe('PUT'), { timeout: 10_000 });
    terminal.press('Ctrl-C');
    expect(await terminal.exitCode()).toBe(130);
    expect(terminal.screen()).toContain('The login was cancelled. (the new password or PIN may already be in effect)');
    expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('a PIN is chosen, with a phrase and a picture', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login'], signingIn(emulator, 'frank'));
    await terminal.waitForScreen('Your account needs a PIN. Choose one.');
    await terminal.answer('New PIN', '4711');
    await terminal.answer('Repeat it', '4711');
    await terminal.answer('Personal phrase', 'purple heron');
    await terminal.waitForScreen('circle.png');
    terminal.press('Enter');
    await terminal.answer('PIN', '4711');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.everything()).not.toContain('4711');
    const user = emulator.users.find(({ username }) => username === 'frank');
    expect(user).toMatchObject({ pin: '4711', personalPhrase: 'purple heron' });
  });
});
