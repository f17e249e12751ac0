import { type Auth, type CreateAuthOptions, createAuth } from '../../src/index.ts';
import { answers, createEmulator, type ScriptedAnswer } from '../../src/testing/portable.ts';

/** What must never be seen, the user name included. */
export const canaries = {
  username: 'canary-user-2e91',
  password: 'canary-password-7f3a',
  code: 'canary-code-91c2',
  interimToken: 'canary-interim-04bd',
  sessionToken: 'canary-session-d6e8',
  words: 'canary-words-c41f',
};
const { username, password, code, interimToken, sessionToken, words } = canaries;
const confided = { Token: sessionToken, ConfirmationToken: sessionToken, PersonalPhrase: words };

/** How a login ends, after a challenge, at a server that repeats what it was told. */
export const endings: Record<string, { answer: ScriptedAnswer; state: string; code?: string }> = {
  success: { answer: answers.succeeded(sessionToken), state: 'authenticated' },
  'another step': { answer: answers.expecting('SecutityPin', words, interimToken), state: 'awaitingCode' },
  'a refused code': { answer: answers.expecting('VerificationCode', words, interimToken), state: 'awaitingCode' },
  'an unknown step': {
    answer: answers.expecting(words, `with ${password}`, interimToken),
    state: 'failed',
    code: 'unsupported-step',
  },
  'a refusal': { answer: answers.failed(words, `${username} ${words}`, confided), state: 'failed', code: 'refused' },
  'an error page': {
    answer: { status: 500, body: `<pre>${username}\n${words}</pre>` },
    state: 'failed',
    code: 'server-error',
  },
};

/** Signs in as the canary, as far as the ending. */
export async function signInWatched(
  ending: ScriptedAnswer,
  options: Omit<CreateAuthOptions, 'baseUrl' | 'appKey' | 'fetch'>,
): Promise<Auth> {
  const { fetch, appKey, answerNext } = createEmulator();
  const auth = createAuth({ ...options, baseUrl: 'https://etna.test/api', appKey, fetch });
  answerNext(answers.expecting('VerificationCode', words, interimToken), ending);
  await auth.login({ username, password });
  await auth.submitCode(code);
  return auth;
}
