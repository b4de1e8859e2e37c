// A suggested mapping: its settings, each with what it was concluded from and how sure that is, and the questions that
// the file leaves open, each with the settings that would answer it.

import type { FileKind } from '../../producers/formats/format.ts';
import type { Providers } from '../../providers/registry.ts';
import type { Message } from './suggest-words.ts';

export interface SuggestOptions {
  /** As somebody says it; concluded from the columns if absent. */
  readonly kind?: FileKind | undefined;
  /** The payment network; any that is known if absent. */
  readonly provider?: string | undefined;
  readonly providers: Providers;
}

/** `known`: of a named export. `sure`: the file shows it. `likely`: a person should look at it. */
export type Certainty = 'known' | 'sure' | 'likely';

/** Where a setting stands in the part of its kind, such as `['columns', 'amount']`. */
export type SettingPath = readonly string[];

export interface Setting {
  readonly path: SettingPath;
  /** As YAML and JSON have it: a text, a list, or an object. */
  readonly value: unknown;
}

export interface ConcludedSetting extends Setting {
  readonly certainty: Certainty;
  readonly why: Message;
}

export interface Alternative {
  readonly settings: readonly Setting[];
  readonly means: Message;
}

/** A question that the file leaves open. Without alternatives, what to do is in the question. */
export interface Question {
  readonly path: SettingPath;
  readonly asks: Message;
  readonly alternatives: readonly Alternative[];
}

export interface Suggestion {
  readonly kind: FileKind;
  readonly kindCertainty: Certainty;
  readonly kindWhy: Message;
  /** The named export that the file is, if it is one: then no mapping is needed. */
  readonly named: { readonly provider: string; readonly title: string; readonly name: string } | null;
  readonly settings: readonly ConcludedSetting[];
  readonly questions: readonly Question[];
}

/** Collects what is concluded; the first word on a setting holds. */
export class Conclusions {
  readonly settings: ConcludedSetting[] = [];
  readonly questions: Question[] = [];

  conclude(path: SettingPath, value: unknown, certainty: Certainty, ...why: Message): void {
    if (!this.has(path)) this.settings.push({ path, value, certainty, why });
  }

  ask(path: SettingPath, alternatives: readonly Alternative[], ...asks: Message): void {
    this.questions.push({ path, asks, alternatives });
  }

  all(): Pick<Suggestion, 'settings' | 'questions'> {
    return { settings: this.settings, questions: this.questions };
  }

  /** Whether a setting is concluded or asked for. */
  has(path: SettingPath): boolean {
    const name = path.join('\n');
    return [...this.settings, ...this.questions].some((one) => one.path.join('\n') === name);
  }
}
