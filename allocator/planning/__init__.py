"""Planning a school system over years: classes, projects, teachers and money, by a model that is solved to proof."""
