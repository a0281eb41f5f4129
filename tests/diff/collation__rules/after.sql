-- min: 16
-- needs: icu
create collation x (provider = icu, locale = 'en', rules = '&a < g');
