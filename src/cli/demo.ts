import * as prompts from '@clack/prompts';
import { demoAppKey, type RunningEmulator, startEmulator } from '../testing/index.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { runLogin } from './login.ts';
import { requestLine } from './request-line.ts';

// The main job on an embedded default: the command signs in to an emulated server, by hand in a terminal, else by itself.
const username = 'alice';
const password = 'alice-demo';

const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true;
await using emulator = await startEmulator({
  onRequest: (request) => {
    if (!interactive) console.log(`request  ${requestLine(request)}`);
  },
});

if (interactive)
  prompts.intro(`An emulated ETNA Trader runs at ${emulator.baseUrl}. You are ${username}, password ${password}`);
else console.log(`server   an emulated ETNA Trader at ${emulator.baseUrl}`);

process.exitCode = await runLogin(
  { baseUrl: emulator.baseUrl, appKey: demoAppKey, username, ...(!interactive && { json: true }) },
  { conversation: interactive ? byHand(emulator) : byItself(emulator), interactive: true },
);

if (interactive) {
  const requests = emulator.requests.map(requestLine).join('\n');
  prompts.note(requests, 'What went over the wire', { format: (line) => line });
}

function byHand({ inbox }: RunningEmulator): Conversation {
  const conversation = createConversation();
  let read = 0;
  return {
    ...conversation,
    answer(challenge, signal) {
      const messages = inbox(username).slice(read);
      read += messages.length;
      for (const { to, code } of messages) prompts.log.info(`SMS to ${to}: your code is ${code}`);
      return conversation.answer(challenge, signal);
    },
  };
}

function byItself({ nextMessage }: RunningEmulator): Conversation {
  return {
    async ask(message) {
      console.log(`user     types at "${message}"`);
      return password;
    },
    async answer(challenge, signal) {
      const { to, code } = await nextMessage(username, { signal });
      console.log(`user     types the code from the SMS to ${to}, for ${challenge.step}`);
      return code;
    },
    show: ({ state }) => console.log(`state    ${state}`),
    close: ({ message }) => console.log(`outcome  ${message}`),
  };
}
