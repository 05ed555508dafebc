import { Controller, Get, Module, Query, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import { CodeSearchService, type Hit } from '../code-search/code-search.service.js';
import { SearchWordsPipe } from '../code-search/search-words.pipe.js';
import { JwtStrategy } from './jwt.strategy.js';

@Controller('search')
@UseGuards(AuthGuard('jwt'))
class TutorialCodeSearchController {
  constructor(private readonly code: CodeSearchService) {}

  @Get()
  search(@Query('q', SearchWordsPipe) words: string): Hit[] {
    return this.code.search(words);
  }
}

/** The code search behind the tutorials' guard. */
@Module({
  imports: [PassportModule],
  controllers: [TutorialCodeSearchController],
  providers: [CodeSearchService, JwtStrategy],
})
export class TutorialCodeSearchModule {}
