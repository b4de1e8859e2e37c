// A suggested mapping as data: the mapping as far as it is settled, why each setting is there, and the open questions.

import type { Language } from '../../domain/reason-words.ts';
import { messageText } from './suggest-words.ts';
import type { Setting, Suggestion } from './suggestion.ts';

interface Tree {
  [name: string]: unknown;
}

export function suggestionJson(suggestion: Suggestion, lang: Language): Tree {
  const { kind, kindCertainty, kindWhy, named, settings, questions } = suggestion;
  return {
    kind,
    certainty: kindCertainty,
    why: messageText(kindWhy, lang),
    export: named === null ? null : { provider: named.provider, name: named.name },
    mapping: { [kind]: treeOf(settings) },
    settings: settings.map(({ path, value, certainty, why }) => ({
      ...{ path, value, certainty },
      why: messageText(why, lang),
    })),
    questions: questions.map(({ path, asks, alternatives }) => ({
      path,
      question: messageText(asks, lang),
      alternatives: alternatives.map(({ settings: own, means }) => ({
        settings: own,
        mapping: { [kind]: treeOf(own) },
        means: messageText(means, lang),
      })),
    })),
  };
}

/** The settings as one object. A name from a file, such as `__proto__`, is a member like any other. */
function treeOf(settings: readonly Setting[]): Tree {
  const root = new Map<string, unknown>();
  for (const { path, value } of settings) {
    let at = root;
    for (const name of path.slice(0, -1)) {
      const next = at.get(name);
      const inner = next instanceof Map ? next : new Map<string, unknown>();
      at.set(name, inner);
      at = inner;
    }
    at.set(path.at(-1)!, value);
  }
  return plain(root);
}

function plain(members: ReadonlyMap<string, unknown>): Tree {
  return Object.fromEntries([...members].map(([name, value]) => [name, value instanceof Map ? plain(value) : value]));
}
