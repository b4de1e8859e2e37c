/** Where the system's Chromium is; undefined where there is none. */
export function chromiumPath(env?: NodeJS.ProcessEnv): string | undefined;
