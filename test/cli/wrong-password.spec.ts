import { describe, it } from 'vitest';
import { answers, type EmulatorOptions, type ScriptedAnswer } from '../../src/testing/index.ts';
import { runCommand, signingIn } from './command.ts';
import { longPatience } from './crowd.ts';
import { openHome } from './signed-in.ts';

const size = 6;

/** Logins of so many processes at once, with the same wrong password. */
async function tryAll(options: EmulatorOptions, ...script: ScriptedAnswer[]) {
  await using home = await openHome(options);
  home.emulator.answerNext(...script);
  const variables = { ...signingIn(home.emulator, 'bob', 'wrong'), ...home.variables };
  const runs = Array.from({ length: size }, () => runCommand(['login'], variables, { timeout: longPatience }));
  const ends = await Promise.all(runs);
  return {
    outcomes: ends.map(({ exitCode, stderr }) => `${exitCode} ${stderr.trim().split('\n').at(-1)}`).toSorted(),
    requests: home.emulator.requests.map(({ time, duration }) => ({ time, end: time + Number(duration) })),
  };
}

describe.concurrent('logins of six processes with the same wrong password', () => {
  it('are tried once each, one after another', async ({ expect }) => {
    const slow = Array<ScriptedAnswer>(size).fill({ asUsual: true, delay: 500 });
    const { outcomes, requests } = await tryAll({ loginsPerMinute: false }, ...slow);
    expect(outcomes).toEqual(Array(size).fill(expect.stringMatching(/^3 The user name or the password is wrong\./)));
    expect(requests).toHaveLength(size);
    expect(requests.filter(({ time }, index) => time < Number(requests[index - 1]?.end))).toEqual([]);
  });

  it('stop when the server tells one of them to wait', async ({ expect }) => {
    const refused = answers.invalidCredentials;
    const { outcomes, requests } = await tryAll({}, refused, refused, answers.tooManyRequests(60));
    expect(outcomes).toEqual([
      ...Array(2).fill(expect.stringMatching(/^3 The user name or the password is wrong\./)),
      ...Array(size - 2).fill(expect.stringMatching(/^3 Too many login attempts/)),
    ]);
    expect(requests).toHaveLength(3);
  });
});
