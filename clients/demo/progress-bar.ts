/** Shows how far long work is. On a terminal one line is drawn over; elsewhere each quarter gets a line. */
export interface ProgressBar {
  /** @param percent 0 to 100 @param note what is going on */
  show(percent: number, note: string): void;
  /** Ends the line. */
  end(): void;
}

const WIDTH = 30;

export function createProgressBar(label: string, out: NodeJS.WriteStream = process.stdout): ProgressBar {
  let quarter = -1;
  const line = (percent: number, note: string): string => {
    const filled = Math.round((percent / 100) * WIDTH);
    return `    ${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(percent)).padStart(3)} %  ${note}`;
  };
  return {
    show(percent, note) {
      if (out.isTTY) {
        out.write(`\r\u001B[2K${line(percent, note)}`);
      } else if (Math.floor(percent / 25) > quarter) {
        quarter = Math.floor(percent / 25);
        out.write(`${line(percent, note)}\n`);
      }
    },
    end() {
      if (out.isTTY) out.write('\n');
    },
  };
}
