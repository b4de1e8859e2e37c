// The types of available.js.
export function ownServerTests(): string[];
export function answers(program: string, args: readonly string[]): boolean;
export function dockerAnswers(): boolean;
export function missingForKafka(env?: NodeJS.ProcessEnv): string | undefined;
export function missingForOwnServers(env?: NodeJS.ProcessEnv): string | undefined;
export function javas(env?: NodeJS.ProcessEnv): string[];
export function versionOf(java: string): number;
export function javaEnvironment(): NodeJS.ProcessEnv;
