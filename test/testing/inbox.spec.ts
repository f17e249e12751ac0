import { describe, expect, it } from 'vitest';
import { createEmulator, type Message } from '../../src/testing/index.ts';
import { loginAs } from './client.ts';

function counting() {
  let count = 0;
  return createEmulator({ createCode: () => String(++count).padStart(6, '0') });
}

describe('nextMessage', () => {
  it('returns the codes so far, once each, in order', async () => {
    const emulator = counting();
    await loginAs(emulator, 'alice').begin();
    await loginAs(emulator, 'alice').begin();
    expect(await emulator.nextMessage('alice')).toMatchObject({ code: '000001' });
    expect(await emulator.nextMessage('alice')).toMatchObject({ code: '000002' });
  });

  it('waits for the next code, first come first served', async () => {
    const emulator = counting();
    const waiting = Promise.all([emulator.nextMessage('alice'), emulator.nextMessage('alice')]);
    await loginAs(emulator, 'carol').begin();
    await loginAs(emulator, 'alice').begin();
    await loginAs(emulator, 'alice').begin();
    expect((await waiting).map(({ code }) => code)).toEqual(['000002', '000003']);
  });

  it('stops waiting when its signal aborts, and leaves the code to the next reader', async () => {
    const emulator = counting();
    const controller = new AbortController();
    const given = emulator.nextMessage('alice', { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await expect(emulator.nextMessage('alice', { signal: controller.signal })).rejects.toThrow('enough');
    await loginAs(emulator, 'alice').begin();
    expect(await emulator.nextMessage('alice')).toMatchObject({ code: '000001' });
  });

  it('rejects an unknown user', async () => {
    const emulator = createEmulator();
    await expect(emulator.nextMessage('zoe')).rejects.toThrow(new RangeError('The emulator has no user "zoe"'));
    expect(() => emulator.inbox('zoe')).toThrow(RangeError);
  });
});

it('onMessage is called with every code', async () => {
  const heard: Message[] = [];
  const emulator = createEmulator({ onMessage: (message) => heard.push(message) });
  await loginAs(emulator, 'alice').begin();
  await loginAs(emulator, 'carol').begin();
  expect(heard).toEqual([...emulator.inbox('alice'), ...emulator.inbox('carol')]);
  expect(heard).toHaveLength(2);
});
