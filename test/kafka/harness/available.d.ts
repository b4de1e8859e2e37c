// The types of available.js.
export function missingForKafka(env?: NodeJS.ProcessEnv): string | undefined;
export function javas(env?: NodeJS.ProcessEnv): string[];
export function versionOf(java: string): number;
