/** Tells what nobody has caught: rejections without a handler, and what was thrown outside of a call. */
export function watchProcess(onProblem: (problem: string) => void): () => void {
  const onRejection = (reason: unknown) => onProblem(`unhandled rejection: ${reason}`);
  const onException = (error: unknown) => onProblem(`uncaught: ${error}`);
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  return () => {
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
  };
}
