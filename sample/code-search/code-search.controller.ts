import { Controller, Get, Query } from '@nestjs/common';
import { RequireScopes } from 'nestjs-audience-auth';
import { CodeSearchService, type Hit } from './code-search.service.js';
import { SearchWordsPipe } from './search-words.pipe.js';

@Controller('search')
@RequireScopes('code:search')
export class CodeSearchController {
  constructor(private readonly code: CodeSearchService) {}

  @Get()
  search(@Query('q', SearchWordsPipe) words: string): Hit[] {
    return this.code.search(words);
  }
}
