// Texts in the SQL of the benchmark.

/** The only texts put into SQL are our own file paths; a quote in them is doubled. */
export const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;
