// The languages of texts for people. A file of its own: the command line lists them before it loads any text.

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];
