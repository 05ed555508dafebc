import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';

/** What can be searched for: 2 to 100 characters. Runs after the guard, like every pipe. */
@Injectable()
export class SearchWordsPipe implements PipeTransform<unknown, string> {
  transform(words: unknown): string {
    if (typeof words !== 'string' || words.length < 2 || words.length > 100) {
      throw new BadRequestException('q must have 2 to 100 characters');
    }
    return words;
  }
}
