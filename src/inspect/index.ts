export { type LogTransitionsOptions, logTransitions } from './log-transitions.ts';
export { type Inspect, redactedInspect } from './redacted-inspect.ts';
