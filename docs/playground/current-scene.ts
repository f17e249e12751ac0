import type { Auth } from 'etna-auth';
import { useSyncExternalStore } from 'react';
import { firstScenario, scenarioAt } from './scenarios.ts';
import { type Broker, openScenario, openServer, type Scene } from './scene.ts';

declare global {
  interface Window {
    /** The current login, for the console. */
    auth: Auth;
  }
}

const listeners = new Set<() => void>();
/** The address of the section for a real server. */
export const yourServer = '#your-server';
let scenario = scenarioAt(location.hash) ?? firstScenario;
let current = openScenario(scenario);
window.auth = current.auth;

addEventListener('hashchange', () => {
  const chosen = location.hash ? scenarioAt(location.hash) : firstScenario;
  // Sections of the page have addresses too. Coming back from one must not change the login.
  if (!chosen || chosen === current.server?.scenario) return;
  scenario = chosen;
  startOver();
});

function show(scene: Scene): void {
  current[Symbol.dispose]();
  current = scene;
  window.auth = scene.auth;
  for (const listener of listeners) listener();
}

/** Starts the chosen scenario from its beginning. */
export function startOver(): void {
  show(openScenario(scenario));
  history.replaceState(null, '', `#${scenario.name}`);
}

/** Shows a login to a real server, whose address does not appear in the page's address. */
export function connect(broker: Broker): void {
  show(openServer(broker));
  if (location.hash !== yourServer) history.pushState(null, '', yourServer);
}

/** The current scene. */
export function useScene(): Scene {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
