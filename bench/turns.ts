// One program, or two that are measured by turns, so that both meet the same moods of the machine.

/** Runs `work` for each of the programs, in another order each round, and returns the results by program. */
export async function byTurns<Result>(
  programs: readonly string[],
  rounds: number,
  work: (program: string, round: number) => Promise<Result>,
): Promise<Result[][]> {
  const results: Result[][] = programs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...programs.keys()] : [...programs.keys()].reverse();
    for (const at of order) results[at]!.push(await work(programs[at]!, round));
  }
  return results;
}
