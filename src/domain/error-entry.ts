// What is known of an error by its code: the exit code of a command that it ends, and its words. An input or a command
// is wrong (2), a ledger or a proof does not verify (3), or it is anything else (4).

export interface ErrorEntry {
  readonly exit: 2 | 3 | 4;
  readonly title: string;
  readonly remedy: string;
}

export const input = (title: string, remedy: string): ErrorEntry => ({ exit: 2, title, remedy });
export const proof = (title: string, remedy: string): ErrorEntry => ({ exit: 3, title, remedy });
export const machine = (title: string, remedy: string): ErrorEntry => ({ exit: 4, title, remedy });
