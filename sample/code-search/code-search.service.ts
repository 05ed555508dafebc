import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sourceFiles, type SourceFile } from './source-files.js';

export interface Hit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const MOST_HITS = 50;
const LONGEST_LINE = 200;

/** Finds words in the source of this repository, as it was when the service started. */
@Injectable()
export class CodeSearchService implements OnModuleInit {
  private files: readonly SourceFile[] = [];

  async onModuleInit(): Promise<void> {
    this.files = await sourceFiles();
  }

  /** Lines that contain the words as they stand, whatever their case. */
  search(words: string): Hit[] {
    const sought = words.toLowerCase();
    const hits: Hit[] = [];
    for (const { path, lines } of this.files) {
      for (const [index, text] of lines.entries()) {
        if (!text.toLowerCase().includes(sought)) continue;
        hits.push({ path, line: index + 1, text: text.trim().slice(0, LONGEST_LINE) });
        if (hits.length === MOST_HITS) return hits;
      }
    }
    return hits;
  }
}
