const wording = 'A text for people, which tests leave free to be worded better.';

function reasonToIgnore({ node, parent, parentPath }) {
  if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined;
  const isProperty = parentPath.isObjectProperty() && ['description', 'detail'].includes(parent.key.name);
  const isMessage = parentPath.isNewExpression() && /Error$/.test(parent.callee.name);
  const isRefusal = parentPath.isCallExpression() && parent.callee.name === 'refuse';
  return isProperty || isMessage || isRefusal ? wording : undefined;
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'meaningless', value: { shouldIgnore: reasonToIgnore } }];

export default {
  // What is run in processes and pages of its own, as most of the command and of the tabs, is out of the runner's reach.
  mutate: [
    'machines/*.ts',
    'src/{protocol,session}/*.ts',
    'src/node/!(code-command|keyring-store|state-directory).ts',
    'src/{auth,auth-state,auth-machine}.ts',
    'src/cli/{help,plain-use,report}.ts',
  ],
  testRunner: 'vitest',
  // Which tests a mutant needs is known from the first run, so that what imports what need not be looked up.
  vitest: { configFile: 'test/mutation.config.ts', related: false },
  appendPlugins: [import.meta.filename],
  ignorers: ['meaningless'],
  ignorePatterns: ['.cache', 'dist', 'coverage', 'docs'],
  // It would be rewritten by a compiler's API, which TypeScript 7 does not have.
  tsconfigFile: 'none',
  // Beyond what a busy computer takes: a mutant that is late passes for one that hangs, and so for one that is found out.
  timeoutFactor: 4,
  timeoutMS: 10_000,
  incrementalFile: '.cache/mutation/incremental.json',
  concurrency: 2,
  thresholds: { break: 90, low: 90, high: 100 },
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  htmlReporter: { fileName: '.cache/mutation/report.html' },
  tempDirName: '.cache/mutation/sandbox',
};
