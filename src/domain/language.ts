// The languages of texts for people. A file of its own: the command line lists them before it loads any text.

/** Of all texts. */
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Of reports and notices: finance departments read them who never see a command or the page. */
export const READER_LANGUAGES = [...LANGUAGES, 'fr'] as const;
export type ReaderLanguage = (typeof READER_LANGUAGES)[number];
