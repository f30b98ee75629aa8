"""Questions of case work, in plain words."""

from headwater.service.cases.forms.case import (
    BeginForm,
    CloseForm,
    ConsentForm,
    LeadForm,
    MemberForm,
    ReopenForm,
    RestrictForm,
    ReviewForm,
    WishesForm,
    WorryForm,
)
from headwater.service.cases.forms.filters import (
    CaseFilters,
    DisclosureFilters,
    InboxFilters,
    OversightFilters,
    ReferralFilters,
    SearchForm,
    TimelineFilters,
)
from headwater.service.cases.forms.packages import NotNeededForm, PassOnForm, TakeOnForm, WrongForm
from headwater.service.cases.forms.plan import (
    ActionForm,
    ChangeActionForm,
    ContactForm,
    DocumentForm,
    EndActionForm,
    GoalForm,
    MeetingForm,
    NoteForm,
    PrintForm,
)
from headwater.service.cases.forms.sharing import (
    ALWAYS_SEEN,
    AnswerForm,
    BreakGlassForm,
    CodeForm,
    DiscloseForm,
    InformationForm,
    ReferForm,
    WhyForm,
)

__all__ = [
    "ALWAYS_SEEN", "ActionForm", "AnswerForm", "BeginForm", "BreakGlassForm", "CaseFilters", "ChangeActionForm", "CloseForm", "CodeForm", "ConsentForm",
    "ContactForm", "DiscloseForm", "DisclosureFilters", "DocumentForm", "EndActionForm", "GoalForm", "InboxFilters", "InformationForm",
    "LeadForm", "MeetingForm", "MemberForm", "NotNeededForm", "NoteForm", "OversightFilters", "PassOnForm", "PrintForm", "ReferForm", "ReferralFilters",
    "ReopenForm", "RestrictForm", "ReviewForm", "SearchForm", "TakeOnForm", "TimelineFilters", "WhyForm", "WishesForm", "WorryForm",
    "WrongForm",
]  # fmt: skip
